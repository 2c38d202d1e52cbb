/**
 * The answer to a look-up, any part of which may be missing: the mocks of a user's test answer look-ups that they do not know
 * with nothing.
 */
export function answered<T extends object>(answer: T): Partial<T> {
  return answer;
}
