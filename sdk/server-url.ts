/** Whether a URL is acceptable for a server: TLS except on this machine, since keys are sent there. No password, which messages would show. */
export function isServerUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password, search, hash } = new URL(text);
  const isHere = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
  const isPrivate = protocol === 'https:' || (protocol === 'http:' && isHere);
  return isPrivate && !username && !password && !search && !hash;
}
