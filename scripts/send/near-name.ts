// Near name: what was meant by a name that there is none of.

/** Names that are told: more would be a list to search in. */
const namesMax = 5;

/** Letters that may be wrong, missing, too many or swapped; of a short name only one. */
const editsMax = 2;

/** Shorter names are so many that a common beginning says nothing. */
const stemLength = 4;

/** The names that are nearest to `name`, in whatever case: by a slip of the keys, or else those that have a part in common with it. */
export function nearNames(name: string, known: readonly string[]): readonly string[] {
  const asked = name.toLowerCase();
  const apart = known.map((candidate) => ({
    candidate,
    edits: editsBetween(asked, candidate.toLowerCase()),
  }));
  const fewest = Math.min(...apart.map(({ edits }) => edits));
  if (fewest <= (asked.length > stemLength ? editsMax : 1))
    return apart.filter(({ edits }) => edits === fewest).map(({ candidate }) => candidate);
  if (asked.length < stemLength) return [];
  const stem = asked.slice(0, stemLength);
  return known
    .filter(
      (candidate) => candidate.toLowerCase().startsWith(stem) || candidate.toLowerCase().includes(asked),
    )
    .slice(0, namesMax);
}

/** Letters to change, add, leave out or swap with their neighbour (the optimal string alignment distance). */
function editsBetween(left: string, right: string): number {
  let before: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: right.length + 1 }, (_, at) => at);
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= right.length; column += 1) {
      const isSame = left[row - 1] === right[column - 1];
      const isSwapped = left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      current.push(
        Math.min(
          (last[column] ?? 0) + 1,
          (current[column - 1] ?? 0) + 1,
          (last[column - 1] ?? 0) + (isSame ? 0 : 1),
          isSwapped ? (before[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    before = last;
    last = current;
  }
  return last[right.length] ?? 0;
}

/** ` Did you mean …?`, or nothing. */
export function hintOf(near: readonly string[]): string {
  return near.length === 0 ? '' : ` Did you mean ${near.join(', ')}?`;
}
