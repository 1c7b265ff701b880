# Generated from openapi/liangxin/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/liangxin/ and run `nox -s generate`.

"""The types of `create` and `run`, for type checkers: the name of a model types its input.

Both methods are written once, by hand, for all APIs. For each model stand two overloads: one for a
dict that fits it, itself marked if the model is deprecated, and one, marked as deprecated, for a dict
literal that does not. Type checkers have no better word for "accepted, and probably wrong" (editors
strike it through, pyright reports it when strict): the last overload must take any mapping, since
people load JSON and build dicts, so that a literal which fits nothing else would fit that, unmarked.
`AnyFields` keeps variables out of this: a dict literal is assignable to a TypedDict, a variable of a
type like `dict[str, Any]` never is.

All overloads return the same type. With an error type for what does not fit, the result would be
`Any` wherever an `Any` is passed.

They are not for mypy. It does not know PEP 728, so that it would mark nothing, and it answers a
mistake in an option with the list of all overloads; the method's own type serves better.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, Literal, Protocol, TypeAlias, TypeVar, Unpack, overload

from typing_extensions import TypedDict, deprecated

from . import dicts
from .variants import Input

_TaskT = TypeVar("_TaskT")
_TaskT_co = TypeVar("_TaskT_co", covariant=True)
_ResultT_co = TypeVar("_ResultT_co", covariant=True)

class CreateOptions(TypedDict, total=False):
    """Options of `create`, beside the model and its input."""

    callback_url: str | None
    """A public https:// URL, called when the task is finished."""
    validate: bool | Literal["strict"]
    """True (the default) refuses an input that breaks a known limit and warns of inferred ones,
    "strict" refuses both, False sends anything."""
    extra_input: Mapping[str, Any] | None
    """Further fields of the input, sent without validation."""
    extra_body: Mapping[str, Any] | None
    """Further fields of the request, beside the model and its input."""

class RunOptions(CreateOptions, Generic[_TaskT], total=False):
    """Options of `run`, beside the model and its input."""

    timeout: float | None
    """Seconds to wait for the task once it exists, by default 900; None waits for ever."""
    poll_interval: float | None
    """Seconds between polls; by default most polls come when tasks of the model usually end."""
    on_update: Callable[[_TaskT], object] | None
    """Called with the task after each poll that returned its record."""
    raise_on_failure: bool
    """Whether to raise if the task failed (the default), rather than to return it."""
    callbacks: object | None
    """The `Receiver` of the task's callback, whose address it gets unless it has one."""

class AnyFields(TypedDict, extra_items=_Value):  # type: ignore[call-arg]  # mypy: PEP 728 unknown
    """Any dict literal, and no variable of another type."""

# Not `object`: a `dict[str, Any]` that was built elsewhere is not marked as a part of a literal either.
_Value: TypeAlias = str | float | Sequence[str | float | AnyFields] | AnyFields | None

_Misfit: TypeAlias = AnyFields | set[str]
# To a parser, a dict whose first key is being typed is a set: without this overload an editor would
# complete no field there.

class Create(Protocol[_ResultT_co]):
    """The type of `create`."""

    @overload
    def __call__(
        self, typed_input: Input, /, *, model: str | None = None, **options: Unpack[CreateOptions]
    ) -> _ResultT_co: ...
    @overload
    def __call__(
        self,
        *,
        model: Literal["flux-2-pro"],
        input: dicts.Flux2ProInputDict,
        **options: Unpack[CreateOptions],
    ) -> _ResultT_co: ...
    @overload
    @deprecated("flux-2-pro is not known to take this input; a dict[str, Any] is not checked")
    def __call__(
        self,
        *,
        model: Literal["flux-2-pro"],
        input: dicts.Flux2ProInputDict | _Misfit,
        **options: Unpack[CreateOptions],
    ) -> _ResultT_co: ...
    @overload
    def __call__(
        self,
        *,
        model: Literal["gemini-2.5-flash-image-preview"],
        input: dicts.Gemini25FlashImagePreviewInputDict,
        **options: Unpack[CreateOptions],
    ) -> _ResultT_co: ...
    @overload
    @deprecated(
        "gemini-2.5-flash-image-preview is not known to take this input; a dict[str, Any] is not checked"
    )
    def __call__(
        self,
        *,
        model: Literal["gemini-2.5-flash-image-preview"],
        input: dicts.Gemini25FlashImagePreviewInputDict | _Misfit,
        **options: Unpack[CreateOptions],
    ) -> _ResultT_co: ...
    @overload
    def __call__(
        self,
        *,
        model: Literal["imagen4-fast"],
        input: dicts.Imagen4FastInputDict,
        **options: Unpack[CreateOptions],
    ) -> _ResultT_co: ...
    @overload
    @deprecated("imagen4-fast is not known to take this input; a dict[str, Any] is not checked")
    def __call__(
        self,
        *,
        model: Literal["imagen4-fast"],
        input: dicts.Imagen4FastInputDict | _Misfit,
        **options: Unpack[CreateOptions],
    ) -> _ResultT_co: ...
    @overload
    def __call__(
        self,
        *,
        model: Literal["imagen4-ultra"],
        input: dicts.Imagen4UltraInputDict,
        **options: Unpack[CreateOptions],
    ) -> _ResultT_co: ...
    @overload
    @deprecated("imagen4-ultra is not known to take this input; a dict[str, Any] is not checked")
    def __call__(
        self,
        *,
        model: Literal["imagen4-ultra"],
        input: dicts.Imagen4UltraInputDict | _Misfit,
        **options: Unpack[CreateOptions],
    ) -> _ResultT_co: ...
    @overload
    def __call__(
        self,
        *,
        model: Literal["kling-v3-motion-control-pro"],
        input: dicts.KlingV3MotionControlProInputDict,
        **options: Unpack[CreateOptions],
    ) -> _ResultT_co: ...
    @overload
    @deprecated(
        "kling-v3-motion-control-pro is not known to take this input; a dict[str, Any] is not checked"
    )
    def __call__(
        self,
        *,
        model: Literal["kling-v3-motion-control-pro"],
        input: dicts.KlingV3MotionControlProInputDict | _Misfit,
        **options: Unpack[CreateOptions],
    ) -> _ResultT_co: ...
    @overload
    def __call__(
        self,
        *,
        model: Literal["kling-v3-motion-control-std"],
        input: dicts.KlingV3MotionControlStdInputDict,
        **options: Unpack[CreateOptions],
    ) -> _ResultT_co: ...
    @overload
    @deprecated(
        "kling-v3-motion-control-std is not known to take this input; a dict[str, Any] is not checked"
    )
    def __call__(
        self,
        *,
        model: Literal["kling-v3-motion-control-std"],
        input: dicts.KlingV3MotionControlStdInputDict | _Misfit,
        **options: Unpack[CreateOptions],
    ) -> _ResultT_co: ...
    @overload
    def __call__(
        self,
        *,
        model: Literal["kling-v3-omni-pro"],
        input: dicts.KlingV3OmniProInputDict,
        **options: Unpack[CreateOptions],
    ) -> _ResultT_co: ...
    @overload
    @deprecated(
        "kling-v3-omni-pro is not known to take this input; a dict[str, Any] is not checked"
    )
    def __call__(
        self,
        *,
        model: Literal["kling-v3-omni-pro"],
        input: dicts.KlingV3OmniProInputDict | _Misfit,
        **options: Unpack[CreateOptions],
    ) -> _ResultT_co: ...
    @overload
    def __call__(
        self,
        *,
        model: Literal["kling-v3-omni-pro-video-reference"],
        input: dicts.KlingV3OmniProVideoReferenceInputDict,
        **options: Unpack[CreateOptions],
    ) -> _ResultT_co: ...
    @overload
    @deprecated(
        "kling-v3-omni-pro-video-reference is not known to take this input; a dict[str, Any] is not checked"
    )
    def __call__(
        self,
        *,
        model: Literal["kling-v3-omni-pro-video-reference"],
        input: dicts.KlingV3OmniProVideoReferenceInputDict | _Misfit,
        **options: Unpack[CreateOptions],
    ) -> _ResultT_co: ...
    @overload
    def __call__(
        self,
        *,
        model: Literal["kling-v3-omni-std"],
        input: dicts.KlingV3OmniStdInputDict,
        **options: Unpack[CreateOptions],
    ) -> _ResultT_co: ...
    @overload
    @deprecated(
        "kling-v3-omni-std is not known to take this input; a dict[str, Any] is not checked"
    )
    def __call__(
        self,
        *,
        model: Literal["kling-v3-omni-std"],
        input: dicts.KlingV3OmniStdInputDict | _Misfit,
        **options: Unpack[CreateOptions],
    ) -> _ResultT_co: ...
    @overload
    def __call__(
        self,
        *,
        model: Literal["kling-v3-omni-std-video-reference"],
        input: dicts.KlingV3OmniStdVideoReferenceInputDict,
        **options: Unpack[CreateOptions],
    ) -> _ResultT_co: ...
    @overload
    @deprecated(
        "kling-v3-omni-std-video-reference is not known to take this input; a dict[str, Any] is not checked"
    )
    def __call__(
        self,
        *,
        model: Literal["kling-v3-omni-std-video-reference"],
        input: dicts.KlingV3OmniStdVideoReferenceInputDict | _Misfit,
        **options: Unpack[CreateOptions],
    ) -> _ResultT_co: ...
    @overload
    def __call__(
        self,
        *,
        model: Literal["kling-v3-pro"],
        input: dicts.KlingV3ProInputDict,
        **options: Unpack[CreateOptions],
    ) -> _ResultT_co: ...
    @overload
    @deprecated("kling-v3-pro is not known to take this input; a dict[str, Any] is not checked")
    def __call__(
        self,
        *,
        model: Literal["kling-v3-pro"],
        input: dicts.KlingV3ProInputDict | _Misfit,
        **options: Unpack[CreateOptions],
    ) -> _ResultT_co: ...
    @overload
    def __call__(
        self,
        *,
        model: Literal["kling-v3-std"],
        input: dicts.KlingV3StdInputDict,
        **options: Unpack[CreateOptions],
    ) -> _ResultT_co: ...
    @overload
    @deprecated("kling-v3-std is not known to take this input; a dict[str, Any] is not checked")
    def __call__(
        self,
        *,
        model: Literal["kling-v3-std"],
        input: dicts.KlingV3StdInputDict | _Misfit,
        **options: Unpack[CreateOptions],
    ) -> _ResultT_co: ...
    @overload
    def __call__(
        self,
        *,
        model: Literal["nano-banana-pro"],
        input: dicts.NanoBananaProInputDict,
        **options: Unpack[CreateOptions],
    ) -> _ResultT_co: ...
    @overload
    @deprecated("nano-banana-pro is not known to take this input; a dict[str, Any] is not checked")
    def __call__(
        self,
        *,
        model: Literal["nano-banana-pro"],
        input: dicts.NanoBananaProInputDict | _Misfit,
        **options: Unpack[CreateOptions],
    ) -> _ResultT_co: ...
    @overload
    def __call__(
        self,
        *,
        model: Literal["nano-banana-pro-flash"],
        input: dicts.NanoBananaProFlashInputDict,
        **options: Unpack[CreateOptions],
    ) -> _ResultT_co: ...
    @overload
    @deprecated(
        "nano-banana-pro-flash is not known to take this input; a dict[str, Any] is not checked"
    )
    def __call__(
        self,
        *,
        model: Literal["nano-banana-pro-flash"],
        input: dicts.NanoBananaProFlashInputDict | _Misfit,
        **options: Unpack[CreateOptions],
    ) -> _ResultT_co: ...
    @overload
    def __call__(
        self,
        *,
        model: Literal["runway-4-5-image-to-video"],
        input: dicts.Runway45ImageToVideoInputDict,
        **options: Unpack[CreateOptions],
    ) -> _ResultT_co: ...
    @overload
    @deprecated(
        "runway-4-5-image-to-video is not known to take this input; a dict[str, Any] is not checked"
    )
    def __call__(
        self,
        *,
        model: Literal["runway-4-5-image-to-video"],
        input: dicts.Runway45ImageToVideoInputDict | _Misfit,
        **options: Unpack[CreateOptions],
    ) -> _ResultT_co: ...
    @overload
    def __call__(
        self,
        *,
        model: Literal["runway-4-5-text-to-video"],
        input: dicts.Runway45TextToVideoInputDict,
        **options: Unpack[CreateOptions],
    ) -> _ResultT_co: ...
    @overload
    @deprecated(
        "runway-4-5-text-to-video is not known to take this input; a dict[str, Any] is not checked"
    )
    def __call__(
        self,
        *,
        model: Literal["runway-4-5-text-to-video"],
        input: dicts.Runway45TextToVideoInputDict | _Misfit,
        **options: Unpack[CreateOptions],
    ) -> _ResultT_co: ...
    @overload
    def __call__(
        self,
        *,
        model: Literal["runway-act-two"],
        input: dicts.RunwayActTwoInputDict,
        **options: Unpack[CreateOptions],
    ) -> _ResultT_co: ...
    @overload
    @deprecated("runway-act-two is not known to take this input; a dict[str, Any] is not checked")
    def __call__(
        self,
        *,
        model: Literal["runway-act-two"],
        input: dicts.RunwayActTwoInputDict | _Misfit,
        **options: Unpack[CreateOptions],
    ) -> _ResultT_co: ...
    @overload
    def __call__(
        self,
        *,
        model: Literal["runway-gen4-turbo"],
        input: dicts.RunwayGen4TurboInputDict,
        **options: Unpack[CreateOptions],
    ) -> _ResultT_co: ...
    @overload
    @deprecated(
        "runway-gen4-turbo is not known to take this input; a dict[str, Any] is not checked"
    )
    def __call__(
        self,
        *,
        model: Literal["runway-gen4-turbo"],
        input: dicts.RunwayGen4TurboInputDict | _Misfit,
        **options: Unpack[CreateOptions],
    ) -> _ResultT_co: ...
    @overload
    def __call__(
        self,
        *,
        model: Literal["seedance-1-5-pro-image-to-video"],
        input: dicts.Seedance15ProImageToVideoInputDict,
        **options: Unpack[CreateOptions],
    ) -> _ResultT_co: ...
    @overload
    @deprecated(
        "seedance-1-5-pro-image-to-video is not known to take this input; a dict[str, Any] is not checked"
    )
    def __call__(
        self,
        *,
        model: Literal["seedance-1-5-pro-image-to-video"],
        input: dicts.Seedance15ProImageToVideoInputDict | _Misfit,
        **options: Unpack[CreateOptions],
    ) -> _ResultT_co: ...
    @overload
    def __call__(
        self,
        *,
        model: Literal["seedance-1-5-pro-text-to-video"],
        input: dicts.Seedance15ProTextToVideoInputDict,
        **options: Unpack[CreateOptions],
    ) -> _ResultT_co: ...
    @overload
    @deprecated(
        "seedance-1-5-pro-text-to-video is not known to take this input; a dict[str, Any] is not checked"
    )
    def __call__(
        self,
        *,
        model: Literal["seedance-1-5-pro-text-to-video"],
        input: dicts.Seedance15ProTextToVideoInputDict | _Misfit,
        **options: Unpack[CreateOptions],
    ) -> _ResultT_co: ...
    @overload
    def __call__(
        self,
        *,
        model: Literal["seedream-v4-5"],
        input: dicts.SeedreamV45InputDict,
        **options: Unpack[CreateOptions],
    ) -> _ResultT_co: ...
    @overload
    @deprecated("seedream-v4-5 is not known to take this input; a dict[str, Any] is not checked")
    def __call__(
        self,
        *,
        model: Literal["seedream-v4-5"],
        input: dicts.SeedreamV45InputDict | _Misfit,
        **options: Unpack[CreateOptions],
    ) -> _ResultT_co: ...
    @overload
    def __call__(
        self,
        *,
        model: Literal["seedream-v4-5-edit"],
        input: dicts.SeedreamV45EditInputDict,
        **options: Unpack[CreateOptions],
    ) -> _ResultT_co: ...
    @overload
    @deprecated(
        "seedream-v4-5-edit is not known to take this input; a dict[str, Any] is not checked"
    )
    def __call__(
        self,
        *,
        model: Literal["seedream-v4-5-edit"],
        input: dicts.SeedreamV45EditInputDict | _Misfit,
        **options: Unpack[CreateOptions],
    ) -> _ResultT_co: ...
    @overload
    def __call__(
        self,
        *,
        model: Literal["seedream-v5-lite"],
        input: dicts.SeedreamV5LiteInputDict,
        **options: Unpack[CreateOptions],
    ) -> _ResultT_co: ...
    @overload
    @deprecated("seedream-v5-lite is not known to take this input; a dict[str, Any] is not checked")
    def __call__(
        self,
        *,
        model: Literal["seedream-v5-lite"],
        input: dicts.SeedreamV5LiteInputDict | _Misfit,
        **options: Unpack[CreateOptions],
    ) -> _ResultT_co: ...
    @overload
    def __call__(
        self,
        *,
        model: Literal["seedream-v5-lite-edit"],
        input: dicts.SeedreamV5LiteEditInputDict,
        **options: Unpack[CreateOptions],
    ) -> _ResultT_co: ...
    @overload
    @deprecated(
        "seedream-v5-lite-edit is not known to take this input; a dict[str, Any] is not checked"
    )
    def __call__(
        self,
        *,
        model: Literal["seedream-v5-lite-edit"],
        input: dicts.SeedreamV5LiteEditInputDict | _Misfit,
        **options: Unpack[CreateOptions],
    ) -> _ResultT_co: ...
    @overload
    def __call__(
        self,
        *,
        model: Literal["veo-3-1-fast-image-to-video"],
        input: dicts.Veo31FastImageToVideoInputDict,
        **options: Unpack[CreateOptions],
    ) -> _ResultT_co: ...
    @overload
    @deprecated(
        "veo-3-1-fast-image-to-video is not known to take this input; a dict[str, Any] is not checked"
    )
    def __call__(
        self,
        *,
        model: Literal["veo-3-1-fast-image-to-video"],
        input: dicts.Veo31FastImageToVideoInputDict | _Misfit,
        **options: Unpack[CreateOptions],
    ) -> _ResultT_co: ...
    @overload
    def __call__(
        self,
        *,
        model: Literal["veo-3-1-fast-text-to-video"],
        input: dicts.Veo31FastTextToVideoInputDict,
        **options: Unpack[CreateOptions],
    ) -> _ResultT_co: ...
    @overload
    @deprecated(
        "veo-3-1-fast-text-to-video is not known to take this input; a dict[str, Any] is not checked"
    )
    def __call__(
        self,
        *,
        model: Literal["veo-3-1-fast-text-to-video"],
        input: dicts.Veo31FastTextToVideoInputDict | _Misfit,
        **options: Unpack[CreateOptions],
    ) -> _ResultT_co: ...
    @overload
    def __call__(
        self,
        *,
        model: Literal["veo-3-1-image-to-video"],
        input: dicts.Veo31ImageToVideoInputDict,
        **options: Unpack[CreateOptions],
    ) -> _ResultT_co: ...
    @overload
    @deprecated(
        "veo-3-1-image-to-video is not known to take this input; a dict[str, Any] is not checked"
    )
    def __call__(
        self,
        *,
        model: Literal["veo-3-1-image-to-video"],
        input: dicts.Veo31ImageToVideoInputDict | _Misfit,
        **options: Unpack[CreateOptions],
    ) -> _ResultT_co: ...
    @overload
    def __call__(
        self,
        *,
        model: Literal["veo-3-1-reference-to-video"],
        input: dicts.Veo31ReferenceToVideoInputDict,
        **options: Unpack[CreateOptions],
    ) -> _ResultT_co: ...
    @overload
    @deprecated(
        "veo-3-1-reference-to-video is not known to take this input; a dict[str, Any] is not checked"
    )
    def __call__(
        self,
        *,
        model: Literal["veo-3-1-reference-to-video"],
        input: dicts.Veo31ReferenceToVideoInputDict | _Misfit,
        **options: Unpack[CreateOptions],
    ) -> _ResultT_co: ...
    @overload
    def __call__(
        self,
        *,
        model: Literal["veo-3-1-text-to-video"],
        input: dicts.Veo31TextToVideoInputDict,
        **options: Unpack[CreateOptions],
    ) -> _ResultT_co: ...
    @overload
    @deprecated(
        "veo-3-1-text-to-video is not known to take this input; a dict[str, Any] is not checked"
    )
    def __call__(
        self,
        *,
        model: Literal["veo-3-1-text-to-video"],
        input: dicts.Veo31TextToVideoInputDict | _Misfit,
        **options: Unpack[CreateOptions],
    ) -> _ResultT_co: ...
    @overload
    def __call__(
        self,
        *,
        model: Literal["wan-2-7-image-to-video"],
        input: dicts.Wan27ImageToVideoInputDict,
        **options: Unpack[CreateOptions],
    ) -> _ResultT_co: ...
    @overload
    @deprecated(
        "wan-2-7-image-to-video is not known to take this input; a dict[str, Any] is not checked"
    )
    def __call__(
        self,
        *,
        model: Literal["wan-2-7-image-to-video"],
        input: dicts.Wan27ImageToVideoInputDict | _Misfit,
        **options: Unpack[CreateOptions],
    ) -> _ResultT_co: ...
    @overload
    def __call__(
        self,
        *,
        model: Literal["wan-2-7-reference-to-video"],
        input: dicts.Wan27ReferenceToVideoInputDict,
        **options: Unpack[CreateOptions],
    ) -> _ResultT_co: ...
    @overload
    @deprecated(
        "wan-2-7-reference-to-video is not known to take this input; a dict[str, Any] is not checked"
    )
    def __call__(
        self,
        *,
        model: Literal["wan-2-7-reference-to-video"],
        input: dicts.Wan27ReferenceToVideoInputDict | _Misfit,
        **options: Unpack[CreateOptions],
    ) -> _ResultT_co: ...
    @overload
    def __call__(
        self,
        *,
        model: Literal["wan-2-7-text-to-video"],
        input: dicts.Wan27TextToVideoInputDict,
        **options: Unpack[CreateOptions],
    ) -> _ResultT_co: ...
    @overload
    @deprecated(
        "wan-2-7-text-to-video is not known to take this input; a dict[str, Any] is not checked"
    )
    def __call__(
        self,
        *,
        model: Literal["wan-2-7-text-to-video"],
        input: dicts.Wan27TextToVideoInputDict | _Misfit,
        **options: Unpack[CreateOptions],
    ) -> _ResultT_co: ...
    @overload
    def __call__(
        self,
        *,
        model: Literal["wan-v2-6-image-to-video"],
        input: dicts.WanV26ImageToVideoInputDict,
        **options: Unpack[CreateOptions],
    ) -> _ResultT_co: ...
    @overload
    @deprecated(
        "wan-v2-6-image-to-video is not known to take this input; a dict[str, Any] is not checked"
    )
    def __call__(
        self,
        *,
        model: Literal["wan-v2-6-image-to-video"],
        input: dicts.WanV26ImageToVideoInputDict | _Misfit,
        **options: Unpack[CreateOptions],
    ) -> _ResultT_co: ...
    @overload
    def __call__(
        self,
        *,
        model: Literal["wan-v2-6-text-to-video"],
        input: dicts.WanV26TextToVideoInputDict,
        **options: Unpack[CreateOptions],
    ) -> _ResultT_co: ...
    @overload
    @deprecated(
        "wan-v2-6-text-to-video is not known to take this input; a dict[str, Any] is not checked"
    )
    def __call__(
        self,
        *,
        model: Literal["wan-v2-6-text-to-video"],
        input: dicts.WanV26TextToVideoInputDict | _Misfit,
        **options: Unpack[CreateOptions],
    ) -> _ResultT_co: ...
    @overload
    def __call__(
        self,
        *,
        model: Literal["z-image"],
        input: dicts.ZImageInputDict,
        **options: Unpack[CreateOptions],
    ) -> _ResultT_co: ...
    @overload
    @deprecated("z-image is not known to take this input; a dict[str, Any] is not checked")
    def __call__(
        self,
        *,
        model: Literal["z-image"],
        input: dicts.ZImageInputDict | _Misfit,
        **options: Unpack[CreateOptions],
    ) -> _ResultT_co: ...
    @overload
    def __call__(
        self, *, model: str, input: Mapping[str, Any], **options: Unpack[CreateOptions]
    ) -> _ResultT_co: ...

class Run(Protocol[_TaskT_co, _ResultT_co]):
    """The type of `run`."""

    @overload
    def __call__(
        self,
        typed_input: Input,
        /,
        *,
        model: str | None = None,
        **options: Unpack[RunOptions[_TaskT_co]],
    ) -> _ResultT_co: ...
    @overload
    def __call__(
        self,
        *,
        model: Literal["flux-2-pro"],
        input: dicts.Flux2ProInputDict,
        **options: Unpack[RunOptions[_TaskT_co]],
    ) -> _ResultT_co: ...
    @overload
    @deprecated("flux-2-pro is not known to take this input; a dict[str, Any] is not checked")
    def __call__(
        self,
        *,
        model: Literal["flux-2-pro"],
        input: dicts.Flux2ProInputDict | _Misfit,
        **options: Unpack[RunOptions[_TaskT_co]],
    ) -> _ResultT_co: ...
    @overload
    def __call__(
        self,
        *,
        model: Literal["gemini-2.5-flash-image-preview"],
        input: dicts.Gemini25FlashImagePreviewInputDict,
        **options: Unpack[RunOptions[_TaskT_co]],
    ) -> _ResultT_co: ...
    @overload
    @deprecated(
        "gemini-2.5-flash-image-preview is not known to take this input; a dict[str, Any] is not checked"
    )
    def __call__(
        self,
        *,
        model: Literal["gemini-2.5-flash-image-preview"],
        input: dicts.Gemini25FlashImagePreviewInputDict | _Misfit,
        **options: Unpack[RunOptions[_TaskT_co]],
    ) -> _ResultT_co: ...
    @overload
    def __call__(
        self,
        *,
        model: Literal["imagen4-fast"],
        input: dicts.Imagen4FastInputDict,
        **options: Unpack[RunOptions[_TaskT_co]],
    ) -> _ResultT_co: ...
    @overload
    @deprecated("imagen4-fast is not known to take this input; a dict[str, Any] is not checked")
    def __call__(
        self,
        *,
        model: Literal["imagen4-fast"],
        input: dicts.Imagen4FastInputDict | _Misfit,
        **options: Unpack[RunOptions[_TaskT_co]],
    ) -> _ResultT_co: ...
    @overload
    def __call__(
        self,
        *,
        model: Literal["imagen4-ultra"],
        input: dicts.Imagen4UltraInputDict,
        **options: Unpack[RunOptions[_TaskT_co]],
    ) -> _ResultT_co: ...
    @overload
    @deprecated("imagen4-ultra is not known to take this input; a dict[str, Any] is not checked")
    def __call__(
        self,
        *,
        model: Literal["imagen4-ultra"],
        input: dicts.Imagen4UltraInputDict | _Misfit,
        **options: Unpack[RunOptions[_TaskT_co]],
    ) -> _ResultT_co: ...
    @overload
    def __call__(
        self,
        *,
        model: Literal["kling-v3-motion-control-pro"],
        input: dicts.KlingV3MotionControlProInputDict,
        **options: Unpack[RunOptions[_TaskT_co]],
    ) -> _ResultT_co: ...
    @overload
    @deprecated(
        "kling-v3-motion-control-pro is not known to take this input; a dict[str, Any] is not checked"
    )
    def __call__(
        self,
        *,
        model: Literal["kling-v3-motion-control-pro"],
        input: dicts.KlingV3MotionControlProInputDict | _Misfit,
        **options: Unpack[RunOptions[_TaskT_co]],
    ) -> _ResultT_co: ...
    @overload
    def __call__(
        self,
        *,
        model: Literal["kling-v3-motion-control-std"],
        input: dicts.KlingV3MotionControlStdInputDict,
        **options: Unpack[RunOptions[_TaskT_co]],
    ) -> _ResultT_co: ...
    @overload
    @deprecated(
        "kling-v3-motion-control-std is not known to take this input; a dict[str, Any] is not checked"
    )
    def __call__(
        self,
        *,
        model: Literal["kling-v3-motion-control-std"],
        input: dicts.KlingV3MotionControlStdInputDict | _Misfit,
        **options: Unpack[RunOptions[_TaskT_co]],
    ) -> _ResultT_co: ...
    @overload
    def __call__(
        self,
        *,
        model: Literal["kling-v3-omni-pro"],
        input: dicts.KlingV3OmniProInputDict,
        **options: Unpack[RunOptions[_TaskT_co]],
    ) -> _ResultT_co: ...
    @overload
    @deprecated(
        "kling-v3-omni-pro is not known to take this input; a dict[str, Any] is not checked"
    )
    def __call__(
        self,
        *,
        model: Literal["kling-v3-omni-pro"],
        input: dicts.KlingV3OmniProInputDict | _Misfit,
        **options: Unpack[RunOptions[_TaskT_co]],
    ) -> _ResultT_co: ...
    @overload
    def __call__(
        self,
        *,
        model: Literal["kling-v3-omni-pro-video-reference"],
        input: dicts.KlingV3OmniProVideoReferenceInputDict,
        **options: Unpack[RunOptions[_TaskT_co]],
    ) -> _ResultT_co: ...
    @overload
    @deprecated(
        "kling-v3-omni-pro-video-reference is not known to take this input; a dict[str, Any] is not checked"
    )
    def __call__(
        self,
        *,
        model: Literal["kling-v3-omni-pro-video-reference"],
        input: dicts.KlingV3OmniProVideoReferenceInputDict | _Misfit,
        **options: Unpack[RunOptions[_TaskT_co]],
    ) -> _ResultT_co: ...
    @overload
    def __call__(
        self,
        *,
        model: Literal["kling-v3-omni-std"],
        input: dicts.KlingV3OmniStdInputDict,
        **options: Unpack[RunOptions[_TaskT_co]],
    ) -> _ResultT_co: ...
    @overload
    @deprecated(
        "kling-v3-omni-std is not known to take this input; a dict[str, Any] is not checked"
    )
    def __call__(
        self,
        *,
        model: Literal["kling-v3-omni-std"],
        input: dicts.KlingV3OmniStdInputDict | _Misfit,
        **options: Unpack[RunOptions[_TaskT_co]],
    ) -> _ResultT_co: ...
    @overload
    def __call__(
        self,
        *,
        model: Literal["kling-v3-omni-std-video-reference"],
        input: dicts.KlingV3OmniStdVideoReferenceInputDict,
        **options: Unpack[RunOptions[_TaskT_co]],
    ) -> _ResultT_co: ...
    @overload
    @deprecated(
        "kling-v3-omni-std-video-reference is not known to take this input; a dict[str, Any] is not checked"
    )
    def __call__(
        self,
        *,
        model: Literal["kling-v3-omni-std-video-reference"],
        input: dicts.KlingV3OmniStdVideoReferenceInputDict | _Misfit,
        **options: Unpack[RunOptions[_TaskT_co]],
    ) -> _ResultT_co: ...
    @overload
    def __call__(
        self,
        *,
        model: Literal["kling-v3-pro"],
        input: dicts.KlingV3ProInputDict,
        **options: Unpack[RunOptions[_TaskT_co]],
    ) -> _ResultT_co: ...
    @overload
    @deprecated("kling-v3-pro is not known to take this input; a dict[str, Any] is not checked")
    def __call__(
        self,
        *,
        model: Literal["kling-v3-pro"],
        input: dicts.KlingV3ProInputDict | _Misfit,
        **options: Unpack[RunOptions[_TaskT_co]],
    ) -> _ResultT_co: ...
    @overload
    def __call__(
        self,
        *,
        model: Literal["kling-v3-std"],
        input: dicts.KlingV3StdInputDict,
        **options: Unpack[RunOptions[_TaskT_co]],
    ) -> _ResultT_co: ...
    @overload
    @deprecated("kling-v3-std is not known to take this input; a dict[str, Any] is not checked")
    def __call__(
        self,
        *,
        model: Literal["kling-v3-std"],
        input: dicts.KlingV3StdInputDict | _Misfit,
        **options: Unpack[RunOptions[_TaskT_co]],
    ) -> _ResultT_co: ...
    @overload
    def __call__(
        self,
        *,
        model: Literal["nano-banana-pro"],
        input: dicts.NanoBananaProInputDict,
        **options: Unpack[RunOptions[_TaskT_co]],
    ) -> _ResultT_co: ...
    @overload
    @deprecated("nano-banana-pro is not known to take this input; a dict[str, Any] is not checked")
    def __call__(
        self,
        *,
        model: Literal["nano-banana-pro"],
        input: dicts.NanoBananaProInputDict | _Misfit,
        **options: Unpack[RunOptions[_TaskT_co]],
    ) -> _ResultT_co: ...
    @overload
    def __call__(
        self,
        *,
        model: Literal["nano-banana-pro-flash"],
        input: dicts.NanoBananaProFlashInputDict,
        **options: Unpack[RunOptions[_TaskT_co]],
    ) -> _ResultT_co: ...
    @overload
    @deprecated(
        "nano-banana-pro-flash is not known to take this input; a dict[str, Any] is not checked"
    )
    def __call__(
        self,
        *,
        model: Literal["nano-banana-pro-flash"],
        input: dicts.NanoBananaProFlashInputDict | _Misfit,
        **options: Unpack[RunOptions[_TaskT_co]],
    ) -> _ResultT_co: ...
    @overload
    def __call__(
        self,
        *,
        model: Literal["runway-4-5-image-to-video"],
        input: dicts.Runway45ImageToVideoInputDict,
        **options: Unpack[RunOptions[_TaskT_co]],
    ) -> _ResultT_co: ...
    @overload
    @deprecated(
        "runway-4-5-image-to-video is not known to take this input; a dict[str, Any] is not checked"
    )
    def __call__(
        self,
        *,
        model: Literal["runway-4-5-image-to-video"],
        input: dicts.Runway45ImageToVideoInputDict | _Misfit,
        **options: Unpack[RunOptions[_TaskT_co]],
    ) -> _ResultT_co: ...
    @overload
    def __call__(
        self,
        *,
        model: Literal["runway-4-5-text-to-video"],
        input: dicts.Runway45TextToVideoInputDict,
        **options: Unpack[RunOptions[_TaskT_co]],
    ) -> _ResultT_co: ...
    @overload
    @deprecated(
        "runway-4-5-text-to-video is not known to take this input; a dict[str, Any] is not checked"
    )
    def __call__(
        self,
        *,
        model: Literal["runway-4-5-text-to-video"],
        input: dicts.Runway45TextToVideoInputDict | _Misfit,
        **options: Unpack[RunOptions[_TaskT_co]],
    ) -> _ResultT_co: ...
    @overload
    def __call__(
        self,
        *,
        model: Literal["runway-act-two"],
        input: dicts.RunwayActTwoInputDict,
        **options: Unpack[RunOptions[_TaskT_co]],
    ) -> _ResultT_co: ...
    @overload
    @deprecated("runway-act-two is not known to take this input; a dict[str, Any] is not checked")
    def __call__(
        self,
        *,
        model: Literal["runway-act-two"],
        input: dicts.RunwayActTwoInputDict | _Misfit,
        **options: Unpack[RunOptions[_TaskT_co]],
    ) -> _ResultT_co: ...
    @overload
    def __call__(
        self,
        *,
        model: Literal["runway-gen4-turbo"],
        input: dicts.RunwayGen4TurboInputDict,
        **options: Unpack[RunOptions[_TaskT_co]],
    ) -> _ResultT_co: ...
    @overload
    @deprecated(
        "runway-gen4-turbo is not known to take this input; a dict[str, Any] is not checked"
    )
    def __call__(
        self,
        *,
        model: Literal["runway-gen4-turbo"],
        input: dicts.RunwayGen4TurboInputDict | _Misfit,
        **options: Unpack[RunOptions[_TaskT_co]],
    ) -> _ResultT_co: ...
    @overload
    def __call__(
        self,
        *,
        model: Literal["seedance-1-5-pro-image-to-video"],
        input: dicts.Seedance15ProImageToVideoInputDict,
        **options: Unpack[RunOptions[_TaskT_co]],
    ) -> _ResultT_co: ...
    @overload
    @deprecated(
        "seedance-1-5-pro-image-to-video is not known to take this input; a dict[str, Any] is not checked"
    )
    def __call__(
        self,
        *,
        model: Literal["seedance-1-5-pro-image-to-video"],
        input: dicts.Seedance15ProImageToVideoInputDict | _Misfit,
        **options: Unpack[RunOptions[_TaskT_co]],
    ) -> _ResultT_co: ...
    @overload
    def __call__(
        self,
        *,
        model: Literal["seedance-1-5-pro-text-to-video"],
        input: dicts.Seedance15ProTextToVideoInputDict,
        **options: Unpack[RunOptions[_TaskT_co]],
    ) -> _ResultT_co: ...
    @overload
    @deprecated(
        "seedance-1-5-pro-text-to-video is not known to take this input; a dict[str, Any] is not checked"
    )
    def __call__(
        self,
        *,
        model: Literal["seedance-1-5-pro-text-to-video"],
        input: dicts.Seedance15ProTextToVideoInputDict | _Misfit,
        **options: Unpack[RunOptions[_TaskT_co]],
    ) -> _ResultT_co: ...
    @overload
    def __call__(
        self,
        *,
        model: Literal["seedream-v4-5"],
        input: dicts.SeedreamV45InputDict,
        **options: Unpack[RunOptions[_TaskT_co]],
    ) -> _ResultT_co: ...
    @overload
    @deprecated("seedream-v4-5 is not known to take this input; a dict[str, Any] is not checked")
    def __call__(
        self,
        *,
        model: Literal["seedream-v4-5"],
        input: dicts.SeedreamV45InputDict | _Misfit,
        **options: Unpack[RunOptions[_TaskT_co]],
    ) -> _ResultT_co: ...
    @overload
    def __call__(
        self,
        *,
        model: Literal["seedream-v4-5-edit"],
        input: dicts.SeedreamV45EditInputDict,
        **options: Unpack[RunOptions[_TaskT_co]],
    ) -> _ResultT_co: ...
    @overload
    @deprecated(
        "seedream-v4-5-edit is not known to take this input; a dict[str, Any] is not checked"
    )
    def __call__(
        self,
        *,
        model: Literal["seedream-v4-5-edit"],
        input: dicts.SeedreamV45EditInputDict | _Misfit,
        **options: Unpack[RunOptions[_TaskT_co]],
    ) -> _ResultT_co: ...
    @overload
    def __call__(
        self,
        *,
        model: Literal["seedream-v5-lite"],
        input: dicts.SeedreamV5LiteInputDict,
        **options: Unpack[RunOptions[_TaskT_co]],
    ) -> _ResultT_co: ...
    @overload
    @deprecated("seedream-v5-lite is not known to take this input; a dict[str, Any] is not checked")
    def __call__(
        self,
        *,
        model: Literal["seedream-v5-lite"],
        input: dicts.SeedreamV5LiteInputDict | _Misfit,
        **options: Unpack[RunOptions[_TaskT_co]],
    ) -> _ResultT_co: ...
    @overload
    def __call__(
        self,
        *,
        model: Literal["seedream-v5-lite-edit"],
        input: dicts.SeedreamV5LiteEditInputDict,
        **options: Unpack[RunOptions[_TaskT_co]],
    ) -> _ResultT_co: ...
    @overload
    @deprecated(
        "seedream-v5-lite-edit is not known to take this input; a dict[str, Any] is not checked"
    )
    def __call__(
        self,
        *,
        model: Literal["seedream-v5-lite-edit"],
        input: dicts.SeedreamV5LiteEditInputDict | _Misfit,
        **options: Unpack[RunOptions[_TaskT_co]],
    ) -> _ResultT_co: ...
    @overload
    def __call__(
        self,
        *,
        model: Literal["veo-3-1-fast-image-to-video"],
        input: dicts.Veo31FastImageToVideoInputDict,
        **options: Unpack[RunOptions[_TaskT_co]],
    ) -> _ResultT_co: ...
    @overload
    @deprecated(
        "veo-3-1-fast-image-to-video is not known to take this input; a dict[str, Any] is not checked"
    )
    def __call__(
        self,
        *,
        model: Literal["veo-3-1-fast-image-to-video"],
        input: dicts.Veo31FastImageToVideoInputDict | _Misfit,
        **options: Unpack[RunOptions[_TaskT_co]],
    ) -> _ResultT_co: ...
    @overload
    def __call__(
        self,
        *,
        model: Literal["veo-3-1-fast-text-to-video"],
        input: dicts.Veo31FastTextToVideoInputDict,
        **options: Unpack[RunOptions[_TaskT_co]],
    ) -> _ResultT_co: ...
    @overload
    @deprecated(
        "veo-3-1-fast-text-to-video is not known to take this input; a dict[str, Any] is not checked"
    )
    def __call__(
        self,
        *,
        model: Literal["veo-3-1-fast-text-to-video"],
        input: dicts.Veo31FastTextToVideoInputDict | _Misfit,
        **options: Unpack[RunOptions[_TaskT_co]],
    ) -> _ResultT_co: ...
    @overload
    def __call__(
        self,
        *,
        model: Literal["veo-3-1-image-to-video"],
        input: dicts.Veo31ImageToVideoInputDict,
        **options: Unpack[RunOptions[_TaskT_co]],
    ) -> _ResultT_co: ...
    @overload
    @deprecated(
        "veo-3-1-image-to-video is not known to take this input; a dict[str, Any] is not checked"
    )
    def __call__(
        self,
        *,
        model: Literal["veo-3-1-image-to-video"],
        input: dicts.Veo31ImageToVideoInputDict | _Misfit,
        **options: Unpack[RunOptions[_TaskT_co]],
    ) -> _ResultT_co: ...
    @overload
    def __call__(
        self,
        *,
        model: Literal["veo-3-1-reference-to-video"],
        input: dicts.Veo31ReferenceToVideoInputDict,
        **options: Unpack[RunOptions[_TaskT_co]],
    ) -> _ResultT_co: ...
    @overload
    @deprecated(
        "veo-3-1-reference-to-video is not known to take this input; a dict[str, Any] is not checked"
    )
    def __call__(
        self,
        *,
        model: Literal["veo-3-1-reference-to-video"],
        input: dicts.Veo31ReferenceToVideoInputDict | _Misfit,
        **options: Unpack[RunOptions[_TaskT_co]],
    ) -> _ResultT_co: ...
    @overload
    def __call__(
        self,
        *,
        model: Literal["veo-3-1-text-to-video"],
        input: dicts.Veo31TextToVideoInputDict,
        **options: Unpack[RunOptions[_TaskT_co]],
    ) -> _ResultT_co: ...
    @overload
    @deprecated(
        "veo-3-1-text-to-video is not known to take this input; a dict[str, Any] is not checked"
    )
    def __call__(
        self,
        *,
        model: Literal["veo-3-1-text-to-video"],
        input: dicts.Veo31TextToVideoInputDict | _Misfit,
        **options: Unpack[RunOptions[_TaskT_co]],
    ) -> _ResultT_co: ...
    @overload
    def __call__(
        self,
        *,
        model: Literal["wan-2-7-image-to-video"],
        input: dicts.Wan27ImageToVideoInputDict,
        **options: Unpack[RunOptions[_TaskT_co]],
    ) -> _ResultT_co: ...
    @overload
    @deprecated(
        "wan-2-7-image-to-video is not known to take this input; a dict[str, Any] is not checked"
    )
    def __call__(
        self,
        *,
        model: Literal["wan-2-7-image-to-video"],
        input: dicts.Wan27ImageToVideoInputDict | _Misfit,
        **options: Unpack[RunOptions[_TaskT_co]],
    ) -> _ResultT_co: ...
    @overload
    def __call__(
        self,
        *,
        model: Literal["wan-2-7-reference-to-video"],
        input: dicts.Wan27ReferenceToVideoInputDict,
        **options: Unpack[RunOptions[_TaskT_co]],
    ) -> _ResultT_co: ...
    @overload
    @deprecated(
        "wan-2-7-reference-to-video is not known to take this input; a dict[str, Any] is not checked"
    )
    def __call__(
        self,
        *,
        model: Literal["wan-2-7-reference-to-video"],
        input: dicts.Wan27ReferenceToVideoInputDict | _Misfit,
        **options: Unpack[RunOptions[_TaskT_co]],
    ) -> _ResultT_co: ...
    @overload
    def __call__(
        self,
        *,
        model: Literal["wan-2-7-text-to-video"],
        input: dicts.Wan27TextToVideoInputDict,
        **options: Unpack[RunOptions[_TaskT_co]],
    ) -> _ResultT_co: ...
    @overload
    @deprecated(
        "wan-2-7-text-to-video is not known to take this input; a dict[str, Any] is not checked"
    )
    def __call__(
        self,
        *,
        model: Literal["wan-2-7-text-to-video"],
        input: dicts.Wan27TextToVideoInputDict | _Misfit,
        **options: Unpack[RunOptions[_TaskT_co]],
    ) -> _ResultT_co: ...
    @overload
    def __call__(
        self,
        *,
        model: Literal["wan-v2-6-image-to-video"],
        input: dicts.WanV26ImageToVideoInputDict,
        **options: Unpack[RunOptions[_TaskT_co]],
    ) -> _ResultT_co: ...
    @overload
    @deprecated(
        "wan-v2-6-image-to-video is not known to take this input; a dict[str, Any] is not checked"
    )
    def __call__(
        self,
        *,
        model: Literal["wan-v2-6-image-to-video"],
        input: dicts.WanV26ImageToVideoInputDict | _Misfit,
        **options: Unpack[RunOptions[_TaskT_co]],
    ) -> _ResultT_co: ...
    @overload
    def __call__(
        self,
        *,
        model: Literal["wan-v2-6-text-to-video"],
        input: dicts.WanV26TextToVideoInputDict,
        **options: Unpack[RunOptions[_TaskT_co]],
    ) -> _ResultT_co: ...
    @overload
    @deprecated(
        "wan-v2-6-text-to-video is not known to take this input; a dict[str, Any] is not checked"
    )
    def __call__(
        self,
        *,
        model: Literal["wan-v2-6-text-to-video"],
        input: dicts.WanV26TextToVideoInputDict | _Misfit,
        **options: Unpack[RunOptions[_TaskT_co]],
    ) -> _ResultT_co: ...
    @overload
    def __call__(
        self,
        *,
        model: Literal["z-image"],
        input: dicts.ZImageInputDict,
        **options: Unpack[RunOptions[_TaskT_co]],
    ) -> _ResultT_co: ...
    @overload
    @deprecated("z-image is not known to take this input; a dict[str, Any] is not checked")
    def __call__(
        self,
        *,
        model: Literal["z-image"],
        input: dicts.ZImageInputDict | _Misfit,
        **options: Unpack[RunOptions[_TaskT_co]],
    ) -> _ResultT_co: ...
    @overload
    def __call__(
        self, *, model: str, input: Mapping[str, Any], **options: Unpack[RunOptions[_TaskT_co]]
    ) -> _ResultT_co: ...
