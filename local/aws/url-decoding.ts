/** Thrown for an invalid percent-encoding, or bytes that are not UTF-8; API Gateway returns 400. */
export class UndecodableUrlError extends Error {
  constructor() {
    super('The URL has an invalid percent-encoding');
    this.name = 'UndecodableUrl';
  }
}

/** @throws UndecodableUrl */
export function decodePathSegment(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new UndecodableUrlError();
  }
}

/**
 * Decodes names and values, in their order.
 *
 * @param rawQuery without the question mark
 * @throws UndecodableUrl
 */
export function decodeQuery(rawQuery: string): [name: string, value: string][] {
  return rawQuery
    .split('&')
    .filter(pair => pair !== '')
    .map(pair => {
      const [name = '', ...value] = pair.split('=');
      return [decodeQueryText(name), decodeQueryText(value.join('='))];
    });
}

function decodeQueryText(text: string): string {
  return decodePathSegment(text.replaceAll('+', ' '));
}
