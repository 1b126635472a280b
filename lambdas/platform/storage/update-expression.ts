/**
 * Returns an update expression that also sets the mark of its write.
 *
 * @throws Error for parentheses that call no function: an update never needs them, and DynamoDB rejects redundant ones, which dynoxide accepts
 */
export function withMark(expression: string): string {
  if (/(?<!\w)\(/.test(expression))
    throw new Error(`${expression} groups by parentheses: expected those of function calls only.`);
  return expression.startsWith('SET ') ? expression.replace('SET ', 'SET w = :mark, ') : `SET w = :mark ${expression}`;
}
