/** A part of a quota that is asked for. */
export interface QuotaOrder {
  /** Whose quota it is: an issuer, and one of its tokens or subjects. */
  readonly issuer: string;
  readonly holder: string;
  /** Which of the holder's quotas. */
  readonly rule: string;
  /** The number of the period that it is for; with a later one, counting starts anew. */
  readonly period: number;
  readonly wanted: number;
  readonly limit: number;
}

/** What was given of a quota. */
export interface QuotaGrant {
  readonly granted: number;
  /** How much of the period's quota is given away now, this grant included. */
  readonly used: number;
}

/**
 * Quotas that hold across processes: each takes some requests at a time, and all that is granted in a period is never more than
 * the limit, however many ask at once. Once a later period was asked for, an earlier one has nothing left.
 */
export interface Quotas {
  take(order: QuotaOrder): Promise<QuotaGrant>;
}
