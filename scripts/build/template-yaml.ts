import { Document, isMap, isSeq, type Node, Scalar } from 'yaml';

/** How many characters a line may have, about. */
const LINE = 110;
/** An intrinsic function that fits into this many characters of JSON, mostly braces and quotes, stands on one line. */
const FUNCTION = 190;
/** Texts stand side by side in lists, and so do conditions that are as short as this. */
const WORD = 90;

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** Intrinsic functions that have a short form whatever they are nested in. */
const shortForms = ['Ref', 'Fn::GetAtt', 'Fn::Sub', 'Fn::If', 'Fn::Equals', 'Fn::Not', 'Fn::Or', 'Fn::And'];

/**
 * Writes a template as YAML that people can read and that is short: `!Sub` and its like, lists of names side by side.
 *
 * @param comment stands above it
 */
export function toYaml(template: { [key: string]: Json }, comment: string): string {
  // CloudFormation reads YAML 1.1, where `Off` and `2012-10-17` need quotes.
  const document = new Document(undefined, { version: '1.1' });
  document.contents = nodeOf(document, template) as never;
  document.commentBefore = comment.replace(/^/gm, ' ');
  const text = document.toString({ lineWidth: 0, indent: 1, indentSeq: false, flowCollectionPadding: false });
  return dedentLists(text).replace(/^ *(?:- )?[\w:]+: \[.*\]$/gm, wrapList);
}

/** Moves the items of a list below its key one to the left, where YAML takes them just as well. */
function dedentLists(text: string): string {
  const keys: number[] = [];
  let before = '';
  const lines = text.split('\n').map((line) => {
    const [indent = ''] = /^ */.exec(line) ?? [];
    while (keys.length > 0 && indent.length <= (keys.at(-1) ?? 0)) keys.pop();
    // The key of a list in a list stands behind the hyphen.
    const [, key] = /^( *(?:- )?)[\w:]+:$/.exec(before) ?? [];
    if (key !== undefined && line.startsWith(`${' '.repeat(key.length + 1)}- `)) keys.push(key.length);
    before = line;
    return line.slice(keys.length);
  });
  return lines.join('\n');
}

function nodeOf(document: Document, value: Json): Node {
  const node = intrinsic(document, value) ?? plain(document, value);
  if (isMap(node) || isSeq(node)) {
    const length = JSON.stringify(value).length;
    const isListOfWords = Array.isArray(value) && value.every(isWord);
    if (length <= (node.tag ? FUNCTION : LINE) || isListOfWords) node.flow = true;
  }
  return node;
}

function isWord(value: Json): boolean {
  const text = JSON.stringify(value);
  return typeof value === 'string' || (text.startsWith('{"Fn::If"') && text.length <= WORD);
}

/** `{ "Fn::Sub": "x" }` as `!Sub x`. */
function intrinsic(document: Document, value: Json): Node | undefined {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return undefined;
  const [[name, argument] = ['', null], ...others] = Object.entries(value);
  if (others.length > 0 || !shortForms.includes(name)) return undefined;
  const isPath = name === 'Fn::GetAtt' && Array.isArray(argument);
  const node = isPath ? new Scalar(argument.join('.')) : plain(document, argument);
  node.tag = `!${name.replace('Fn::', '')}`;
  return node;
}

function plain(document: Document, value: Json): Node {
  if (value === null || typeof value !== 'object') return new Scalar(value);
  if (Array.isArray(value)) return document.createNode(value.map((item) => nodeOf(document, item)));
  const entries = Object.entries(value).map(([key, item]) => [key, nodeOf(document, item)]);
  return document.createNode(Object.fromEntries(entries));
}

/** Fills lines with the items of a list. A break within a quoted text would be read as the space that it replaces. */
function wrapList(line: string): string {
  const indent = `\n${/^ */.exec(line)?.[0]}  `;
  let width = 0;
  return line
    .split(/(?<=,) /)
    .map((item, index) => {
      const fits = index === 0 || width + item.length < LINE;
      width = fits ? width + item.length + 1 : indent.length + item.length;
      return index === 0 ? item : `${fits ? ' ' : indent}${item}`;
    })
    .join('');
}
