import type { KeyObject } from 'node:crypto';
import type { Algorithm } from './issuers.ts';

const smallestRsa = 2048;

/** Whether a key is of the sort and size that an algorithm asks for. */
export function fits(key: KeyObject, algorithm: Algorithm): boolean {
  switch (algorithm) {
    case 'RS256':
      return key.asymmetricKeyType === 'rsa' && longEnough(key);
    case 'PS256':
      return (key.asymmetricKeyType === 'rsa' || key.asymmetricKeyType === 'rsa-pss') && longEnough(key);
    case 'ES256':
      return key.asymmetricKeyDetails?.namedCurve === 'prime256v1';
    case 'ES384':
      return key.asymmetricKeyDetails?.namedCurve === 'secp384r1';
    case 'HS256':
      return key.type === 'secret';
  }
}

function longEnough(key: KeyObject): boolean {
  return (key.asymmetricKeyDetails?.modulusLength ?? 0) >= smallestRsa;
}
