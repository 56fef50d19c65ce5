"""Overlap removal: move nodes apart so that a label has room below each.

The page then places each label at one of the sides of its node, below it if it can, and hides those
without room (templates/stages/label_placement.js). Sizes are estimates in pixels.
"""

MAX_LINE_LETTERS = 18
MAX_LABEL_LINES = 3
LETTER_WIDTH_PX = 7.4
LINE_HEIGHT_PX = 15.0
NODE_SIZE_PX = 26.0
GAP_PX = 8.0
#: Pairs of boxes that are compared at most, all rounds together, beyond the first three rounds.
MAX_PAIR_CHECKS = 120_000
_MAX_ROUNDS = 90


def wrap_label(label: str) -> list[str]:
    """Return a label in at most three lines of about eighteen letters."""
    lines: list[str] = []
    for word in label.split():
        if lines and len(lines[-1]) + 1 + len(word) <= MAX_LINE_LETTERS:
            lines[-1] += " " + word
        else:
            fits = len(word) <= MAX_LINE_LETTERS + 6
            lines.append(word if fits else word[: MAX_LINE_LETTERS + 5] + "…")
    if len(lines) > MAX_LABEL_LINES:
        lines = [*lines[: MAX_LABEL_LINES - 1], lines[MAX_LABEL_LINES - 1] + " …"]
    return lines


def separate_labelled_nodes(
    points: list[list[float]], labels: list[str], width: float, height: float
) -> None:
    """Move nodes in place until no two overlap, each with its label, or the rounds are used up."""
    separate_boxes(points, [_measure_label_box(label) for label in labels], width, height)


def separate_boxes(
    points: list[list[float]], boxes: list[tuple[float, float]], width: float, height: float
) -> bool:
    """Move points in place until no two of the boxes around them overlap, or rounds are used up.

    Returns whether the boxes are apart. A box is a width and a height; points stay within the width
    and height around (0, 0).
    """
    pairs = len(points) * (len(points) - 1) // 2
    for _ in range(min(_MAX_ROUNDS, MAX_PAIR_CHECKS // max(pairs, 1) + 3)):
        has_moved = _push_boxes_apart(points, boxes)
        for point in points:
            point[0] = min(max(point[0], -width / 2), width / 2)
            point[1] = min(max(point[1], -height / 2), height / 2)
        if not has_moved:
            return True
    return False


def _measure_label_box(label: str) -> tuple[float, float]:
    """Estimate the width and height of a node with the label below it."""
    lines = wrap_label(label)
    widest = max((len(line) for line in lines), default=0)
    width = max(NODE_SIZE_PX, widest * LETTER_WIDTH_PX) + GAP_PX
    return width, NODE_SIZE_PX + len(lines) * LINE_HEIGHT_PX + GAP_PX


def _push_boxes_apart(points: list[list[float]], boxes: list[tuple[float, float]]) -> bool:
    """Separate each overlapping pair along the shorter way; return whether any was moved."""
    order = sorted(range(len(points)), key=lambda index: (points[index][0], index))
    widest = max((width for width, _ in boxes), default=0.0)
    has_moved = False
    for rank, first in enumerate(order):
        for second in order[rank + 1 :]:
            if points[second][0] - points[first][0] > widest:
                break
            pair = points[first], points[second], boxes[first], boxes[second]
            has_moved = _separate_pair(*pair) or has_moved
    return has_moved


def _separate_pair(
    one: list[float], two: list[float], box: tuple[float, float], other: tuple[float, float]
) -> bool:
    """Move two overlapping boxes apart, each by half of the overlap; return whether they were."""
    across, down = two[0] - one[0], two[1] - one[1]
    wide = (box[0] + other[0]) / 2 - abs(across)
    high = (box[1] + other[1]) / 2 - abs(down)
    if wide <= 0.5 or high <= 0.5:  # noqa: PLR2004 (half a pixel)
        return False
    axis, overlap, offset = (0, wide, across) if wide < high else (1, high, down)
    share = overlap / 2 if offset >= 0 else -overlap / 2
    one[axis] -= share
    two[axis] += share
    return True
