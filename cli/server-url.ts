import * as z from 'zod';

/** Where a server is. Site keys travel there: past this machine, by TLS alone; and no password stands in it, which a message would show. */
export const ServerUrl = z
  .url({ protocol: /^https?$/ })
  .refine(isSafe, 'must begin with https:// (http:// on this machine only), and hold no password');

function isSafe(text: string): boolean {
  const { protocol, hostname, username, password } = URL.parse(text) ?? {};
  const isHere = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname ?? '');
  return (protocol === 'https:' || isHere) && !username && !password;
}
