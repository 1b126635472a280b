/** The gateway lets 10 MB pass. Who opens the connection, a proxy, might send more, well compressed, than the memory holds. */
const mostBytes = 16 * 2 ** 20;

/** Reads an answer as JSON. @throws TypeError when it is longer than any of the server; SyntaxError when it is no JSON */
export async function readJson(response: Response): Promise<unknown> {
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for (let part = await reader?.read(); part?.value; part = await reader?.read()) {
    bytes += part.value.length;
    if (bytes > mostBytes) {
      void reader?.cancel().catch(() => {});
      throw new TypeError('The answer is longer than any of a license server.');
    }
    text += decoder.decode(part.value, { stream: true });
  }
  return JSON.parse(text + decoder.decode());
}
