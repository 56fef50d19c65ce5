"""Room for labels: turn, fit and spread points so that a box under each holds its name."""

from math import sqrt

MAX_LINE_LETTERS = 18
MAX_LABEL_LINES = 3
LETTER_WIDTH_PX = 7.4
LINE_HEIGHT_PX = 15.0
NODE_SIZE_PX = 26.0
GAP_PX = 8.0
MAX_PAIR_CHECKS = 120_000


def wrap_label(label: str) -> list[str]:
    """Break a label into at most three lines of about eighteen characters."""
    lines: list[str] = []
    for word in label.split():
        if lines and len(lines[-1]) + 1 + len(word) <= MAX_LINE_LETTERS:
            lines[-1] += " " + word
        else:
            lines.append(
                word if len(word) <= MAX_LINE_LETTERS + 6 else word[: MAX_LINE_LETTERS + 5] + "…"
            )
    if len(lines) > MAX_LABEL_LINES:
        lines = [*lines[: MAX_LABEL_LINES - 1], lines[MAX_LABEL_LINES - 1] + " …"]
    return lines


def rotate_to_width(points: list[list[float]]) -> None:
    """Turn points so that their longest spread lies across (principal axis of 2 x 2 covariance)."""
    if len(points) <= 1:
        return
    middle = [sum(axis) / len(points) for axis in zip(*points, strict=True)]
    xx = sum((x - middle[0]) ** 2 for x, _ in points)
    yy = sum((y - middle[1]) ** 2 for _, y in points)
    xy = sum((x - middle[0]) * (y - middle[1]) for x, y in points)
    root = sqrt((xx - yy) * (xx - yy) + 4.0 * xy * xy)
    across, down = (xx - yy + root, 2.0 * xy) if xx >= yy else (2.0 * xy, yy - xx + root)
    length = sqrt(across * across + down * down)
    if length == 0.0:
        return
    cosine, sine = across / length, down / length
    for point in points:
        x, y = point[0] - middle[0], point[1] - middle[1]
        point[0], point[1] = x * cosine + y * sine, y * cosine - x * sine


def scale_to_box(points: list[list[float]], width: float, height: float) -> None:
    """Stretch points to the box around (0, 0), each axis by its own factor."""
    for axis, size in ((0, width), (1, height)):
        values = [point[axis] for point in points]
        if not values:
            return
        low, high = min(values), max(values)
        for point in points:
            share = (point[axis] - low) / (high - low) if high > low else 0.5
            point[axis] = (share - 0.5) * size


def separate_labels(
    points: list[list[float]], labels: list[str], width: float, height: float
) -> None:
    """Push marks apart until no two boxes of mark and label overlap, or the rounds are used up."""
    separate_boxes(points, [_measure_label_box(label) for label in labels], width, height)


def separate_boxes(
    points: list[list[float]], boxes: list[tuple[float, float]], width: float, height: float
) -> None:
    """Push boxes around points apart until no two overlap, or the rounds are used up."""
    pairs = len(points) * (len(points) - 1) // 2
    for _ in range(min(90, MAX_PAIR_CHECKS // max(pairs, 1) + 3)):
        moved = _push_boxes_apart(points, boxes)
        for point in points:
            point[0] = min(max(point[0], -width / 2), width / 2)
            point[1] = min(max(point[1], -height / 2), height / 2)
        if not moved:
            return


def _measure_label_box(label: str) -> tuple[float, float]:
    """Estimate the width and height that a mark and the label below it take."""
    lines = wrap_label(label)
    widest = max((len(line) for line in lines), default=0)
    return max(NODE_SIZE_PX, widest * LETTER_WIDTH_PX) + GAP_PX, NODE_SIZE_PX + len(
        lines
    ) * LINE_HEIGHT_PX + GAP_PX


def _push_boxes_apart(points: list[list[float]], boxes: list[tuple[float, float]]) -> bool:
    """Move each overlapping pair apart along the shorter way and tell whether any was moved."""
    order = sorted(range(len(points)), key=lambda index: (points[index][0], index))
    widest = max((width for width, _ in boxes), default=0.0)
    moved = False
    for place, first in enumerate(order):
        for second in order[place + 1 :]:
            if points[second][0] - points[first][0] > widest:
                break
            moved = (
                _separate_pair(points[first], points[second], boxes[first], boxes[second]) or moved
            )
    return moved


def _separate_pair(
    one: list[float], two: list[float], box: tuple[float, float], other: tuple[float, float]
) -> bool:
    """Part two boxes if they overlap, each by half of what is missing."""
    across, down = two[0] - one[0], two[1] - one[1]
    wide = (box[0] + other[0]) / 2 - abs(across)
    high = (box[1] + other[1]) / 2 - abs(down)
    if wide <= 0.5 or high <= 0.5:  # noqa: PLR2004 (half a pixel)
        return False
    axis, missing, way = (0, wide, across) if wide < high else (1, high, down)
    share = missing / 2 if way >= 0 else -missing / 2
    one[axis] -= share
    two[axis] += share
    return True


def compute_bends(count: int) -> list[float]:
    """Return how far each of several edges between one pair of nodes bends, evenly around 0."""
    step = min(0.18, 0.6 / max(count, 1))
    found = [0.0]
    for _ in range(count - 1):
        found.append(found[-1] + step)
    middle = (found[0] + found[-1]) / 2
    return [round(value - middle, 3) for value in found]
