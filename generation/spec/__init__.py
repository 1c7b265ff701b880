"""Bundle the YAML files of a spec into one checked OpenAPI document."""
