/** How many retries are still allowed. */
export interface RetryBudget {
  /** A call was made: it earns a part of a retry. */
  earn(): void;
  /** Spends one retry; false when there is none to spend. */
  spend(): boolean;
}

// What can be saved up is what makes earnings recent: after quiet hours, a failing source still meets at most this many.
const most = 10;

/** A budget of `ratio` retries per call, and one a second besides, so that a source that is asked rarely can be retried too. */
export function openRetryBudget({ ratio, clock }: { readonly ratio: number; readonly clock: () => number }): RetryBudget {
  let saved = most;
  let countedAt = clock();
  return {
    earn: () => {
      saved = Math.min(most, saved + ratio);
    },
    spend: () => {
      const now = clock();
      saved = Math.min(most, saved + Math.max(0, now - countedAt) / 1000);
      countedAt = now;
      if (saved < 1) return false;
      saved -= 1;
      return true;
    },
  };
}
