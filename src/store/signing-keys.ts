/** A key by which the gateway signs tokens of its own. Its private part is there sealed, and only for as long as it signs. */
export interface SigningKey {
  readonly issuer: string;
  /** The `kid` of the tokens that it signs. */
  readonly id: string;
  /** The public part, a JSON Web Key as text. */
  readonly publicKey: string;
  /** By which whoever has the deployment's secret knows that the public part is one of its own. */
  readonly proof: string;
  /** The private part, encrypted; undefined once the key no longer signs. */
  readonly sealed: string | undefined;
  /** Milliseconds since the epoch. */
  readonly madeAt: number;
  readonly madeBy: string;
  /** When the last token that it signed expires. */
  readonly lastExpiry: number | undefined;
  /** Since when it no longer signs. */
  readonly retired: KeyAct | undefined;
  /** Since when nothing that it signed is believed. */
  readonly withdrawn: KeyAct | undefined;
}

/** Who did something to a key, and when. */
export interface KeyAct {
  readonly at: number;
  readonly actor: string;
}

/** What is done to which key. */
export interface KeyOrder extends KeyAct {
  readonly issuer: string;
  readonly id: string;
}

/**
 * The gateway's signing keys, shared by all processes. A key stays on record for ever; `list` gives an issuer's, oldest first.
 *
 * `reserve` comes before a token is signed: it notes until when the token lives, and gives false for a key that no longer signs.
 * So whatever was reserved before a key was retired is in its `lastExpiry`, however many processes sign and retire at once.
 * `retire` and `withdraw` erase the private part; they give false, and change nothing, where that was done to the key before or
 * there is no such key. Adding a key whose id is there changes nothing.
 */
export interface SigningKeys {
  list(issuer: string): Promise<readonly SigningKey[]>;
  add(key: SigningKey): Promise<void>;
  reserve(use: { readonly issuer: string; readonly id: string; readonly until: number }): Promise<boolean>;
  retire(order: KeyOrder): Promise<boolean>;
  withdraw(order: KeyOrder): Promise<boolean>;
}

/** The order in which keys are told. */
export function byAge(one: SigningKey, other: SigningKey): number {
  return one.madeAt - other.madeAt || (one.id < other.id ? -1 : 1);
}
