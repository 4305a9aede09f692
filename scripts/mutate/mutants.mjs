// The mutants of one source text: each is one small change to the syntax tree that a test should notice.
// Strings, templates, regular expressions, types and imports are never changed.
import ts from 'typescript'

const { SyntaxKind: K } = ts

/** Each comparison becomes its neighbour at the boundary, and its opposite. */
const BINARY = new Map([
  [K.LessThanToken, ['<=', '>=']],
  [K.LessThanEqualsToken, ['<', '>']],
  [K.GreaterThanToken, ['>=', '<=']],
  [K.GreaterThanEqualsToken, ['>', '<']],
  [K.EqualsEqualsEqualsToken, ['!==']],
  [K.ExclamationEqualsEqualsToken, ['===']],
  [K.PlusToken, ['-']],
  [K.MinusToken, ['+']],
  [K.AsteriskToken, ['/']],
  [K.SlashToken, ['*']],
  [K.PercentToken, ['*']],
  [K.AsteriskAsteriskToken, ['*']],
  [K.AmpersandToken, ['|']],
  [K.BarToken, ['&']],
  [K.CaretToken, ['&']],
  [K.LessThanLessThanToken, ['>>']],
  [K.GreaterThanGreaterThanToken, ['<<']],
  [K.GreaterThanGreaterThanGreaterThanToken, ['<<']],
  [K.AmpersandAmpersandToken, ['||']],
  [K.BarBarToken, ['&&']],
  [K.PlusEqualsToken, ['-=']],
  [K.MinusEqualsToken, ['+=']],
  [K.AsteriskEqualsToken, ['/=']],
  [K.SlashEqualsToken, ['*=']],
  [K.AmpersandEqualsToken, ['|=']],
  [K.BarEqualsToken, ['&=']],
  [K.QuestionQuestionEqualsToken, ['=']],
  [K.BarBarEqualsToken, ['&&=']],
  [K.AmpersandAmpersandEqualsToken, ['||=']],
])

/** Methods of arrays and of `Math` with a twin that takes the same arguments. */
const METHODS = new Map([
  ['some', 'every'],
  ['every', 'some'],
  ['min', 'max'],
  ['max', 'min'],
  ['floor', 'ceil'],
  ['ceil', 'floor'],
])

const JOINS = [K.PlusToken, K.PlusEqualsToken]

/** A text, or what joins texts. */
const isText = (node) =>
  ts.isStringLiteralLike(node) ||
  ts.isTemplateExpression(node) ||
  (ts.isBinaryExpression(node) && JOINS.includes(node.operatorToken.kind) && (isText(node.left) || isText(node.right)))

/** Made true, such a condition makes the loop endless, and it would only be found by its time. */
const keepsLooping = ({ parent }) => ts.isWhileStatement(parent) || ts.isDoStatement(parent)

/** The last statement of a function ends nothing early, so a `return` there is not an early one. */
const isEarly = (statement) => {
  const { parent } = statement
  if (!ts.isBlock(parent) || parent.statements.at(-1) !== statement) return true
  return !ts.isFunctionLike(parent.parent)
}

const squeeze = (text) => text.replaceAll(/\s+/g, ' ').trim()

/**
 * @param file the path that reports name
 * @param text TypeScript
 * @returns one entry for each mutant, in the order of the text: `start` and `end` of what `with` replaces, `line` from 1,
 *   and `from` and `to`, the whole lines before and after with white space squeezed. `from` and `to` name the mutant in
 *   ignored.json, so it keeps its name when the lines above it change.
 */
export function mutantsOf(file, text) {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true, ts.ScriptKind.TS)
  const found = []

  const add = (node, replacement, start = node.getStart(source), end = node.getEnd()) => {
    const lineStart = text.lastIndexOf('\n', start - 1) + 1
    const after = text.indexOf('\n', end)
    const lineEnd = after < 0 ? text.length : after
    found.push({
      file,
      line: source.getLineAndCharacterOfPosition(start).line + 1,
      start,
      end,
      with: replacement,
      from: squeeze(text.slice(lineStart, lineEnd)),
      to: squeeze(text.slice(lineStart, start) + replacement + text.slice(end, lineEnd)),
    })
  }

  const condition = (node) => {
    if (node.kind === K.TrueKeyword || node.kind === K.FalseKeyword) return
    if (!keepsLooping(node)) add(node, 'true')
    add(node, 'false')
  }

  const visit = (node) => {
    if (ts.isTypeNode(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return
    if (ts.isImportDeclaration(node) || (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined)) return
    if (ts.isModuleDeclaration(node)) return

    if (ts.isBinaryExpression(node)) {
      const { operatorToken, left } = node
      for (const other of isText(node) ? [] : (BINARY.get(operatorToken.kind) ?? [])) add(operatorToken, other)
      if (operatorToken.kind === K.QuestionQuestionToken) add(node, left.getText(source))
    } else if (ts.isPrefixUnaryExpression(node)) {
      if (node.operator === K.ExclamationToken) add(node, node.operand.getText(source))
      if (node.operator === K.MinusToken && !ts.isNumericLiteral(node.operand)) add(node, node.operand.getText(source))
      if (node.operator === K.PlusPlusToken) add(node, `--${node.operand.getText(source)}`)
      if (node.operator === K.MinusMinusToken) add(node, `++${node.operand.getText(source)}`)
    } else if (ts.isPostfixUnaryExpression(node)) {
      // The step of a `for` is left alone: backwards it only ever ends by time.
      if (!ts.isForStatement(node.parent)) add(node, `${node.operand.getText(source)}${node.operator === K.PlusPlusToken ? '--' : '++'}`)
    } else if (ts.isNumericLiteral(node)) {
      if (!ts.isPropertyAssignment(node.parent) || node.parent.name !== node) add(node, String(Number(node.text) + 1))
    } else if (ts.isBigIntLiteral(node)) add(node, `${BigInt(node.text.slice(0, -1)) + 1n}n`)
    else if (node.kind === K.TrueKeyword) add(node, 'false')
    else if (node.kind === K.FalseKeyword) add(node, 'true')
    else if (ts.isIfStatement(node) || ts.isWhileStatement(node) || ts.isDoStatement(node)) condition(node.expression)
    else if (ts.isForStatement(node) && node.condition !== undefined) add(node.condition, 'false')
    else if (ts.isConditionalExpression(node)) condition(node.condition)
    else if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
      const twin = METHODS.get(node.expression.name.text)
      if (twin !== undefined) add(node.expression.name, twin)
    }
    // An optional step of a chain becomes a plain one.
    if ((ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node) || ts.isCallExpression(node)) && node.questionDotToken)
      add(node.questionDotToken, ts.isPropertyAccessExpression(node) ? '.' : '')
    if (ts.isExpressionStatement(node) && !ts.isStringLiteral(node.expression)) {
      const { expression } = node
      const isSuper = ts.isCallExpression(expression) && expression.expression.kind === K.SuperKeyword
      if (!isSuper) add(node, ';')
    } else if (ts.isReturnStatement(node) && isEarly(node)) add(node, ';')
    else if (ts.isThrowStatement(node) || ts.isContinueStatement(node)) add(node, ';')
    else if (ts.isBreakStatement(node) && !ts.isCaseOrDefaultClause(node.parent)) add(node, ';')

    ts.forEachChild(node, visit)
  }
  visit(source)
  const seen = new Set()
  return found
    .sort((a, b) => a.start - b.start || a.end - b.end)
    .filter((mutant) => {
      const key = `${mutant.start} ${mutant.end} ${mutant.with}`
      return !seen.has(key) && seen.add(key)
    })
}

/** The text with one mutant in it. */
export const mutated = (text, { start, end, with: replacement }) => text.slice(0, start) + replacement + text.slice(end)
