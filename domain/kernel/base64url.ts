const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const wellFormed = /^[A-Za-z0-9_-]*$/;

/** @returns base64url without padding (RFC 7515 section 2) */
export function encodeBase64url(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** @returns the bytes, or undefined when the text is not the one canonical spelling of them */
export function decodeBase64url(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!wellFormed.test(text) || text.length % 4 === 1 || hasUnusedBits(text)) return undefined;
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

/** The last character of a partial group carries 4 or 2 bits that must be zero (RFC 4648 section 3.5). */
function hasUnusedBits(text: string): boolean {
  const unused = [0, 0, 0b1111, 0b11][text.length % 4] ?? 0;
  return unused !== 0 && (letters.indexOf(text.charAt(text.length - 1)) & unused) !== 0;
}
