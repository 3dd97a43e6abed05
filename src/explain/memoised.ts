/** Computes once for each key; `known` may be shared by those that compute the same. */
export function memoised<Input, Value, Key = Input>(compute: (input: Input) => Value, keyOf: (input: Input) => Key, known = new Map<Key, Value>()): (input: Input) => Value {
  return (input) => {
    const key = keyOf(input);
    const value = known.get(key) ?? compute(input);
    known.set(key, value);
    return value;
  };
}
