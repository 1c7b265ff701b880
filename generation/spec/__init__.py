"""From the YAML files of a spec to its bundle, one checked OpenAPI document."""
