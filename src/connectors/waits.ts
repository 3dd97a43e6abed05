/** How long one request has waited for sources, whichever and however many at once. */
export interface Waits {
  begin(): void;
  end(): void;
  /** Milliseconds. */
  total(): number;
}

/** Opens the count of one request; `now` is in milliseconds and never goes back. */
export function openWaits(now: () => number): Waits {
  let under = 0;
  let since = 0;
  let total = 0;
  return {
    begin() {
      if (under === 0) since = now();
      under += 1;
    },
    end() {
      under -= 1;
      if (under === 0) total += now() - since;
    },
    total: () => (under === 0 ? total : total + now() - since),
  };
}
