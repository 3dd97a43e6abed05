/**
 * A value that is there, or will be. Most values of an answer are there as soon as their record is; a promise for each of them would
 * cost more than all else that is done for them.
 */
export type Soon<Value> = Value | Promise<Value>;

/** What comes of a value, at once where it is there. */
export function soon<Value, Next>(value: Soon<Value>, next: (value: Value) => Soon<Next>): Soon<Next> {
  return value instanceof Promise ? value.then(next) : next(value);
}

/** All of them, at once where all are there. */
export function allSoon<Value>(values: readonly Soon<Value>[]): Soon<readonly Value[]> {
  return values.some((value) => value instanceof Promise) ? Promise.all(values) : values as readonly Value[];
}

/** The same of something that may throw, which is then a promise that rejects: of several that are under way each has to be waited for. */
export function safely<Value>(make: () => Soon<Value>): Soon<Value> {
  try {
    return make();
  } catch (error) {
    return Promise.reject(error);
  }
}
