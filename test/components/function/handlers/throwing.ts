interface Order {
  total: number;
}

/** Fails at a line that the test knows. */
export function fail(order: Order): Promise<number> {
  const { total } = order;
  if (total > 0) throw new RangeError(`${total} is too much`);
  return Promise.resolve(total);
}
