/**
 * A new object with no property but its own, whatever names are put into it. `Object.create(null)` promises the same; but V8 makes a hash table of it,
 * which takes several times the memory and the time of an object of which it knows the shape.
 */
export function bare<Value = unknown>(): Record<string, Value> {
  return new Bare() as Record<string, Value>;
}

const Bare = function () { /* What is made has nothing yet. */ } as unknown as new () => object;
Bare.prototype = Object.setPrototypeOf({}, null) as object;
