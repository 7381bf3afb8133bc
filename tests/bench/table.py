"""The table: medians, ratios, latencies, and whether the aims of the design are met."""

from __future__ import annotations

from tests.bench.measures import Result

HEADS = (
    "",
    "service/s",
    "plain/s",
    "ratio",
    "aim",
    "p50 ms",
    "p99 ms",
    "cpu ms",
    "plain",
    "large/s",
    "ratio",
    "large:small",
    "errors",
)
WIDTHS = (37, 10, 9, 7, 7, 8, 8, 8, 7, 9, 7, 12, 7)


def show(database: str, results: list[Result], large: str) -> None:
    """Print one database's results."""
    print(
        f"\n{database}: one village, then ({large}) large; 2 workers; medians of interleaved slices"
    )
    print(_line(HEADS))
    for result in results:
        print(_line(_cells(result)))
    for result in results:
        if result.errors:
            print(f"first error of {result.measure.name}: {result.first_error}")


def _line(cells: tuple[str, ...]) -> str:
    first, *rest = (cell.rjust(width) for cell, width in zip(cells, WIDTHS, strict=True))
    return cells[0].ljust(len(first)) + "".join(rest)


def _cells(result: Result) -> tuple[str, ...]:
    ratio = result.ratio("small", "plain_small")
    aim = result.measure.aim
    reached = ratio if ratio is not None else result.rate("small")
    mark = "" if aim is None or reached is None else f"{aim:g}" + ("" if reached >= aim else "!")
    return (
        result.measure.name,
        _number(result.rate("small"), 0),
        _number(result.rate("plain_small"), 0),
        _number(ratio, 2),
        mark,
        _number(result.latency("small", 0.5), 1),
        _number(result.latency("small", 0.99), 1),
        _number(result.processor("small"), 2),
        _number(result.processor("plain_small"), 2),
        _number(result.rate("large"), 0),
        _number(result.ratio("large", "plain_large"), 2),
        _number(result.ratio("large", "small"), 2),
        str(result.errors),
    )


def _number(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{value:,.{digits}f}"
