class Expression {
  readonly text: string;
  /**
   * The text as an operand of AND, which takes precedence over OR: AWS, DynamoDB developer guide, "Condition and filter expressions,
   * operators, and functions in DynamoDB".
   */
  readonly textInAnd: string;

  constructor(text: string, textInAnd = text) {
    this.text = text;
    this.textInAnd = textInAnd;
  }
}

/**
 * A DynamoDB condition expression. The functions of this file are the only way to create one, so that its text has the parentheses
 * that precedence requires and no others: DynamoDB rejects redundant parentheses, which emulators accept in part.
 */
export type ConditionExpression = Expression;

type Comparator = '=' | '<>' | '<' | '<=' | '>' | '>=';

/** Returns the condition that an attribute, or a document path, is in the item. */
export function exists(path: string): ConditionExpression {
  return new Expression(`attribute_exists(${operand(path)})`);
}

/** Returns the condition that an attribute, or a document path, is not in the item. */
export function absent(path: string): ConditionExpression {
  return new Expression(`attribute_not_exists(${operand(path)})`);
}

export function compare(left: string, comparator: Comparator, right: string): ConditionExpression {
  return new Expression(`${operand(left)} ${comparator} ${operand(right)}`);
}

/** Holds also when the attribute is not in the item. */
export function notEqual(left: string, right: string): ConditionExpression {
  return new Expression(`NOT ${operand(left)} = ${operand(right)}`);
}

/** @throws Error for no parts */
export function allOf(...parts: readonly ConditionExpression[]): ConditionExpression {
  return joined(parts, () => new Expression(parts.map(part => part.textInAnd).join(' AND ')));
}

/** @throws Error for no parts */
export function anyOf(...parts: readonly ConditionExpression[]): ConditionExpression {
  const text = parts.map(part => part.text).join(' OR ');
  return joined(parts, () => new Expression(text, `(${text})`));
}

function joined(parts: readonly ConditionExpression[], join: () => ConditionExpression): ConditionExpression {
  const [first, ...others] = parts;
  if (!first) throw new Error('A condition expression has no parts: expected at least one.');
  return others.length === 0 ? first : join();
}

/** Checks that a text is an attribute, a document path or a placeholder, so that it has no parentheses. */
function operand(text: string): string {
  if (/^(:\w+|#?\w+(\.#?\w+)*)$/.test(text)) return text;
  throw new Error(`${text} is not an operand: expected an attribute, a document path or a placeholder.`);
}
