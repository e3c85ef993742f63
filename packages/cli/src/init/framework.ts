/**
 * What `init` has to know of a framework.
 *
 * @module
 */
import type { Project } from './project.ts'

/** A framework: a file in `frameworks/` and a row in its table. */
export interface Framework {
  /** Its name as users write it. */
  readonly title: string
  /** The package by which a project is recognised. */
  readonly dependency: string
  /** Our package for it. */
  readonly adapter: string
  /** What to add to the application, in the order of the file. */
  additions(project: Project): readonly Addition[]
  /** The imports, and the test of both sides of `featureA`, of the file that `test-file.ts` begins. */
  readonly test: (project: Project) => TestParts
}

/** Lines to add to the application, and where. */
export interface Addition {
  readonly where: string
  readonly lines: readonly string[]
}

/** The parts of a test that depend on the framework. */
export interface TestParts {
  /** Import statements, besides those of our adapter. */
  readonly imports: readonly string[]
  /** Names from our adapter. */
  readonly names: readonly string[]
  /**
   * The function `start(options)`: serves `/search` by `flagged` on a free port, and resolves to
   * `{ url, close }`.
   */
  readonly start: string
}

/** An import, or the same by `require`, as the project does it. */
export function importing({ isImporting }: Project, names: readonly string[], from: string): string {
  const list = `{ ${names.join(', ')} }`
  return isImporting ? `import ${list} from '${from}'` : `const ${list} = require('${from}')`
}
