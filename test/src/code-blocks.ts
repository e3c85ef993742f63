/** The code blocks of a language in a Markdown text, in order. */
export function codeBlocks(markdown: string, language: string): string[] {
  const fenced = new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\`$`, 'gm')
  return [...markdown.matchAll(fenced)].map(([, code = '']) => code)
}
