"""Validation of one input value against its definition, with ComfyUI's messages."""

from typing import Any

from genonaut.simulator.node_inputs import MATCH_TYPE

InputError = dict[str, Any]

# With more options than this, ComfyUI omits them from its response.
MAX_LISTED_OPTIONS = 20

_CONVERSIONS: dict[str, type] = {"INT": int, "FLOAT": float, "STRING": str, "BOOLEAN": bool}


def type_accepts(wanted: Any, received: str) -> bool:  # noqa: ANN401  # a name or a list of options
    """Return whether an output of type ``received`` may be linked to an input of type ``wanted``."""
    if "*" in (wanted, received) or MATCH_TYPE in (wanted, received):
        return True
    if isinstance(wanted, list):
        return received == "COMBO"
    return bool(set(received.split(",")) & set(str(wanted).split(",")))


def check_value(
    name: str, config: list[Any], inputs: dict[str, Any], *, combo_options: bool
) -> list[InputError]:
    """Coerce ``inputs[name]`` in place; return its errors (at most one).

    ``combo_options``: whether the options of ``["COMBO", {"options"}]`` are checked, too.
    """
    kind, value = config[0], inputs[name]
    if isinstance(value, dict) and "__value__" in value:
        value = inputs[name] = value["__value__"]
    if isinstance(kind, str) and kind in _CONVERSIONS:
        try:
            value = inputs[name] = _CONVERSIONS[kind](value)
        except (TypeError, ValueError, OverflowError) as error:
            return [_not_convertible(name, config, value, error)]
    if isinstance(kind, list):
        return [] if value in kind else [_not_in_list(name, config, value, kind)]
    if kind == "COMBO" and combo_options and "remote" not in config[1]:
        options = config[1]["options"]
        chosen = value if config[1].get("multiselect") and isinstance(value, list) else [value]
        if any(one not in options for one in chosen):
            return [_not_in_list(name, config, value, options)]
    return _out_of_range(name, config, value)


def link_error(name: str, config: list[Any], value: list[Any]) -> InputError:
    """Return the error for a list that is not a link."""
    return _of_value(
        "bad_linked_input",
        "Bad linked input, must be a length-2 list of [node_id, slot_index]",
        name,
        (name, config, value),
    )


def _of_value(
    kind: str, message: str, details: str, about: tuple[str, list[Any] | None, Any]
) -> InputError:
    name, config, value = about
    extra = {"input_name": name, "input_config": config, "received_value": value}
    return {"type": kind, "message": message, "details": details, "extra_info": extra}


def _not_convertible(name: str, config: list[Any], value: Any, why: Exception) -> InputError:  # noqa: ANN401
    error = _of_value(
        "invalid_input_type",
        f"Failed to convert an input value to a {config[0]} value",
        f"{name}, {value}, {why}",
        (name, config, value),
    )
    error["extra_info"]["exception_message"] = str(why)
    return error


def _not_in_list(
    name: str,
    config: list[Any],
    value: Any,  # noqa: ANN401
    options: list[Any],
) -> InputError:
    if len(options) > MAX_LISTED_OPTIONS:
        listed, shown = f"(list of length {len(options)})", None
    else:
        listed, shown = str(options), config
    details = f"{name}: '{value}' not in {listed}"
    return _of_value("value_not_in_list", "Value not in list", details, (name, shown, value))


def _out_of_range(name: str, config: list[Any], value: Any) -> list[InputError]:  # noqa: ANN401
    limits = config[1] if len(config) > 1 else {}
    about = (name, config, value)
    if "min" in limits and value < limits["min"]:
        message = f"Value {value} smaller than min of {limits['min']}"
        return [_of_value("value_smaller_than_min", message, name, about)]
    if "max" in limits and value > limits["max"]:
        message = f"Value {value} bigger than max of {limits['max']}"
        return [_of_value("value_bigger_than_max", message, name, about)]
    return []
