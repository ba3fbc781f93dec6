/**
 * The cheapest matching of rows with columns (Hungarian method with potentials, O(n^3)).
 *
 * @param costs one row for each left-hand item; all rows equally long.
 * @returns for each row its column, or -1 where there are more rows than columns.
 */
export function assign(costs: readonly (readonly number[])[]): number[] {
  const [rows, columns] = [costs.length, costs[0]?.length ?? 0];
  if (rows === 0 || columns === 0) return costs.map(() => -1);
  if (rows > columns) {
    const byColumn = assign(costs[0].map((_, column) => costs.map((row) => row[column])));
    const result = costs.map(() => -1);
    byColumn.forEach((row, column) => (result[row] = column));
    return result;
  }
  // Rows and columns count from 1: column 0 is where an augmenting path begins.
  const rowPotential = new Array<number>(rows + 1).fill(0);
  const columnPotential = new Array<number>(columns + 1).fill(0);
  const rowOf = new Array<number>(columns + 1).fill(0);
  for (let row = 1; row <= rows; row++) {
    const cameFrom = new Array<number>(columns + 1).fill(0);
    const slack = new Array<number>(columns + 1).fill(Infinity);
    const used = new Array<boolean>(columns + 1).fill(false);
    rowOf[0] = row;
    let column = 0;
    do {
      used[column] = true;
      const from = rowOf[column];
      let [delta, next] = [Infinity, 0];
      for (let to = 1; to <= columns; to++) {
        if (used[to]) continue;
        const reduced = costs[from - 1][to - 1] - rowPotential[from] - columnPotential[to];
        if (reduced < slack[to]) [slack[to], cameFrom[to]] = [reduced, column];
        if (slack[to] < delta) [delta, next] = [slack[to], to];
      }
      for (let to = 0; to <= columns; to++) {
        if (used[to]) {
          rowPotential[rowOf[to]] += delta;
          columnPotential[to] -= delta;
        } else {
          slack[to] -= delta;
        }
      }
      column = next;
    } while (rowOf[column] !== 0);
    while (column !== 0) {
      rowOf[column] = rowOf[cameFrom[column]];
      column = cameFrom[column];
    }
  }
  const result = costs.map(() => -1);
  for (let column = 1; column <= columns; column++) {
    if (rowOf[column] > 0) result[rowOf[column] - 1] = column - 1;
  }
  return result;
}
