/**
 * Values that give themselves away: each is like no other and is recognised wherever it stands, in whatever form the gateway gives
 * it. What is recognised is its token: the letters of a text, the day of a date or an instant, the digits of a number.
 */
export interface Mint {
  text(): string;
  email(): string;
  /** E.164. */
  phone(): string;
  url(): string;
  /** A day of centuries to come, so that no time of today is taken for it. */
  date(): string;
  instant(): string;
  /** Ten digits that fit 32 bits; as minor units, eight and two. */
  int(): number;
}

const firstDay = Date.UTC(2400, 0, 1);
const day = 86_400_000;

/** Mints markers from `start` on; a million are enough for every run. */
export function openMint(start: number): Mint {
  let last = start;
  const next = (): number => (last += 1);
  const text = (): string => `mk${scattered(next()).toString(16).padStart(10, '0')}`;
  const date = (): string => {
    const text = new Date(firstDay + next() * day).toISOString().slice(0, 10);
    // The mask of a date is the first day of its year.
    return text.endsWith('-01-01') ? date() : text;
  };
  return {
    text,
    email: () => `${text()}@mail.example`,
    phone: () => `+4915${String(next()).padStart(9, '0')}`,
    url: () => `https://source.example/${text()}`,
    date,
    instant: () => `${date()}T12:34:56Z`,
    int: () => 1_000_000_000 + next(),
  };
}

/** One to one, so that markers that are made after one another don't look alike. */
function scattered(number: number): number {
  return Number((BigInt(number) * 0x9e3779b97n) % 2n ** 40n);
}

const marker = /mk[0-9a-f]{10}|(?<!\d)(?:\d{4}-\d\d-\d\d|\d{13}|\d{8}\.?\d\d)(?!\d)/gi;
const sealed = /[A-Za-z0-9_-]{40,}={0,2}/g;

/** The tokens of all that may be markers in a text, what is written in base64 included. */
export function tokensIn(text: string): ReadonlySet<string> {
  const plain = text.match(marker) ?? [];
  const opened = (text.match(sealed) ?? []).flatMap((one) => Buffer.from(one, 'base64url').toString('latin1').match(marker) ?? []);
  return new Set([...plain, ...opened].map((one) => one.toLowerCase().replace('.', '')));
}

/** The tokens of a value of a source. */
export function tokensOf(value: unknown): ReadonlySet<string> {
  return value === undefined ? new Set() : tokensIn(JSON.stringify(value));
}
