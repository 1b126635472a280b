import { expect, it } from '@jest/globals';
import { privateKeyOf, signFixed } from '../support/vectors/fixed-keys.ts';

/** RFC 6979 appendix A.2.5, with SHA-256. */
const secret = 'c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721';
const signatures = {
  sample:
    'efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8',
  test: 'f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083',
};

it.each(Object.entries(signatures))('signs %s as RFC 6979 does', (text, signature) => {
  expect(signFixed(privateKeyOf(Buffer.from(secret, 'hex')), Buffer.from(text)).toString('hex')).toBe(signature);
});
