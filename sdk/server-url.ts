/** Whether a server may be called there. Keys travel there: past this machine, by TLS alone; and no password stands in it, which a message would show. */
export function isServerUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password, search, hash } = new URL(text);
  const isHere = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
  const isPrivate = protocol === 'https:' || (protocol === 'http:' && isHere);
  return isPrivate && !username && !password && !search && !hash;
}
