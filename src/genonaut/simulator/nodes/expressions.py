"""Node ComfyMathExpression: arithmetic on named numbers, without running Python code."""

import ast
import math
import operator
from collections.abc import Callable, Mapping
from typing import Any

from genonaut.simulator.nodes.registry import Inputs, Outputs, node

_LONGEST_EXPRESSION = 1000
_LARGEST_EXPONENT = 64

_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul,
    ast.Div: operator.truediv, ast.FloorDiv: operator.floordiv, ast.Mod: operator.mod, ast.BitAnd: operator.and_,
    ast.BitOr: operator.or_, ast.BitXor: operator.xor,
}  # fmt: skip
_UNARY: dict[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.UAdd: operator.pos, ast.USub: operator.neg, ast.Not: operator.not_,
}  # fmt: skip
_COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le,
    ast.Gt: operator.gt, ast.GtE: operator.ge,
}  # fmt: skip
_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "abs": abs, "min": min, "max": max, "round": round, "floor": math.floor, "ceil": math.ceil,
    "sqrt": math.sqrt, "int": int, "float": float, "bool": bool, "sin": math.sin, "cos": math.cos,
    "log": math.log, "exp": math.exp,
}  # fmt: skip


@node("ComfyMathExpression")
def _expression(inputs: Inputs) -> Outputs:
    values = {
        name.removeprefix("values."): value
        for name, value in inputs.items()
        if name.startswith("values.")
    }
    result = evaluated(inputs["expression"], values)
    return float(result), int(result), bool(result)


def evaluated(expression: str, values: Mapping[str, Any]) -> Any:  # noqa: ANN401  # a number
    """Return the value of an arithmetic expression.

    Raises:
        ValueError: It is no expression, or has something else than numbers, names and operators.
        ArithmeticError: Such as a division by zero.
    """
    if len(expression) > _LONGEST_EXPRESSION:
        raise ValueError("the expression is too long")
    try:
        tree = ast.parse(expression.strip(), mode="eval")
    except (SyntaxError, RecursionError, MemoryError) as error:
        raise ValueError(f"invalid expression: {error}") from error
    return _value(tree.body, values)


def _value(part: ast.expr, values: Mapping[str, Any]) -> Any:  # noqa: ANN401
    evaluate = _EVALUATORS.get(type(part))
    if evaluate is None:
        raise ValueError(f"not allowed in an expression: {ast.unparse(part)}")
    return evaluate(part, values)


def _constant(part: ast.Constant, _values: Mapping[str, Any]) -> Any:  # noqa: ANN401
    if not isinstance(part.value, bool | int | float):
        raise ValueError("an expression has numbers only")  # noqa: TRY004  # of the text
    return part.value


def _name(part: ast.Name, values: Mapping[str, Any]) -> Any:  # noqa: ANN401
    if part.id not in values:
        raise ValueError(f"unknown name in the expression: {part.id}")
    return values[part.id]


def _unary(part: ast.UnaryOp, values: Mapping[str, Any]) -> Any:  # noqa: ANN401
    return _of(_UNARY, part.op)(_value(part.operand, values))


def _binary(part: ast.BinOp, values: Mapping[str, Any]) -> Any:  # noqa: ANN401
    left, right = _value(part.left, values), _value(part.right, values)
    return (
        _power(left, right) if isinstance(part.op, ast.Pow) else _of(_BINARY, part.op)(left, right)
    )


def _comparison(part: ast.Compare, values: Mapping[str, Any]) -> bool:
    left = _value(part.left, values)
    for op, comparator in zip(part.ops, part.comparators, strict=True):
        right = _value(comparator, values)
        if not _of(_COMPARISONS, op)(left, right):
            return False
        left = right
    return True


def _choice(part: ast.IfExp, values: Mapping[str, Any]) -> Any:  # noqa: ANN401
    return _value(part.body if _value(part.test, values) else part.orelse, values)


def _both_or_either(part: ast.BoolOp, values: Mapping[str, Any]) -> bool:
    decide = all if isinstance(part.op, ast.And) else any
    return decide(_value(one, values) for one in part.values)


def _call(part: ast.Call, values: Mapping[str, Any]) -> Any:  # noqa: ANN401
    function = _FUNCTIONS.get(part.func.id) if isinstance(part.func, ast.Name) else None
    if function is None or part.keywords:
        raise ValueError(f"not allowed in an expression: {ast.unparse(part)}")
    return function(*(_value(one, values) for one in part.args))


_EVALUATORS: dict[type[ast.expr], Callable[[Any, Mapping[str, Any]], Any]] = {
    ast.Constant: _constant, ast.Name: _name, ast.UnaryOp: _unary, ast.BinOp: _binary,
    ast.Compare: _comparison, ast.IfExp: _choice, ast.BoolOp: _both_or_either, ast.Call: _call,
}  # fmt: skip


def _of(table: Mapping[type[Any], Callable[..., Any]], op: ast.AST) -> Callable[..., Any]:
    found = table.get(type(op))
    if found is None:
        raise ValueError(f"not allowed in an expression: {type(op).__name__}")
    return found


def _power(base: float, exponent: float) -> float:
    if abs(exponent) > _LARGEST_EXPONENT:
        raise ValueError("the exponent is too large")
    # Floating point: integers could grow without a limit.
    result = float(base) ** exponent
    if isinstance(result, complex):
        raise ValueError("the result is no real number")  # noqa: TRY004  # of the text
    return int(result) if isinstance(base, int) and result.is_integer() else result
