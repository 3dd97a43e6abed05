import { openHashes, type HashKey } from './hash-value.ts';
import { fits, type MaskName } from './mask.ts';
import { maskValue } from './mask-value.ts';

/** Builds what is shown of a value anew, for one recipient; null where a mask knows nothing of the value, which stays as it is where there is none. A list is masked item by item. */
export type Masker = (mask: MaskName, scalar: string, value: unknown, recipient: string) => unknown;

/** Opens the masks of a deployment. Where there is no key for a recipient, a hash shows nothing. */
export function openMasker(hashKeys: readonly HashKey[]): Masker {
  const hash = openHashes(hashKeys);
  const masker: Masker = (mask, scalar, value, recipient) => {
    if (value === null || value === undefined) return value;
    if (Array.isArray(value)) return Array.from<unknown, unknown>(value, (item) => masker(mask, scalar, item, recipient));
    if (!fits(mask, scalar)) return null;
    return (mask === 'hash' ? hash(scalar, value, recipient) : maskValue(mask, scalar, value)) ?? null;
  };
  return masker;
}
