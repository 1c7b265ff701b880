# Generated from openapi/magnific/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/magnific/ and run `nox -s generate`.

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.problem_detail import ProblemDetail

T = TypeVar("T", bound="WrappedProblem")


@_attrs_define(kw_only=True)
class WrappedProblem:
    """WrappedProblem."""

    problem: None | ProblemDetail
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return the object as JSON values, without the fields that are UNSET."""
        from ..models.problem_detail import ProblemDetail

        problem: dict[str, Any] | None
        if isinstance(self.problem, ProblemDetail):
            problem = self.problem.to_dict()
        else:
            problem = self.problem
        field_dict: dict[str, Any] = dict(self.additional_properties)
        field_dict["problem"] = problem
        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        """Return the object with these JSON values."""
        from ..models.problem_detail import ProblemDetail

        d = dict(src_dict)

        def _parse_problem(data: object) -> None | ProblemDetail:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                problem_type_0 = ProblemDetail.from_dict(data)

                return problem_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | ProblemDetail, data)

        problem = _parse_problem(d.pop("problem"))

        made = cls(
            problem=problem,
        )
        made.additional_properties = d
        return made

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
