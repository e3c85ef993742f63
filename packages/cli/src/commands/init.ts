/**
 * `appconfig-kit init`: a folder of documents, a schema and a test for an existing project.
 *
 * @module
 */
import { type Command, Option } from 'commander'
import type { CommandModule } from '../command.ts'
import { EXIT } from '../exit-codes.ts'
import type { Framework } from '../init/framework.ts'
import { FRAMEWORKS, frameworkOf } from '../init/frameworks/index.ts'
import { documentPath, plannedFiles, SCHEMA } from '../init/planned-files.ts'
import { type Project, readProject } from '../init/project.ts'
import { testCommand } from '../init/test-file.ts'
import { type WrittenFile, writeFiles } from '../init/write-files.ts'
import { type Io, printJson, printLine } from '../io.ts'

interface InitOptions {
  readonly framework?: string
  readonly project: string
  readonly vscode?: true
  readonly force?: true
  readonly json?: true
}

/** The command `init`. */
export const initCommand: CommandModule = {
  name: 'init',
  summary: 'write a folder of configuration, its schema and a test into a project',
  declare(command) {
    command
      .addOption(
        new Option('--framework <name>', 'which one (default: as package.json says)').choices(
          Object.keys(FRAMEWORKS),
        ),
      )
      .option('--project <folder>', 'the folder with the package.json', '.')
      .option('--vscode', 'tell Visual Studio Code the schema of the documents: .vscode/settings.json')
      .option('--force', 'overwrite files that are there already')
      .option('--json', 'print JSON, one object a file, and one with the lines to add')
      .addHelpText('after', HELP)
  },
  run,
}

async function run(command: Command, io: Io): Promise<number> {
  const options = command.opts<InitOptions>()
  const { framework: name, project: folder, vscode = false, force = false, json } = options
  const project = readProject(folder)
  const framework = FRAMEWORKS[name ?? ''] ?? frameworkOf(project)
  const ask = json ? undefined : io.ask
  const files = await writeFiles(folder, plannedFiles(framework, project, vscode), { force, ask })
  if (json) {
    for (const file of files) printJson(io.stdout, file)
    printJson(io.stdout, {
      framework: framework.title,
      additions: framework.additions(project),
      commands: commandsOf(framework, project, vscode),
    })
  } else for (const line of linesOf(files, framework, project, vscode)) printLine(io.stdout, line)
  return EXIT.ok
}

function linesOf(
  files: readonly WrittenFile[],
  framework: Framework,
  project: Project,
  vscode: boolean,
): readonly string[] {
  return [
    ...files.map(({ file, result }) => `${result.padEnd(11)} ${file}`),
    '',
    `Add to your ${framework.title} application`,
    ...framework
      .additions(project)
      .flatMap(({ where, lines }) => ['', `  ${where}:`, ...lines.map((line) => `    ${line}`)]),
    '',
    'Then',
    '',
    ...commandsOf(framework, project, vscode).map((each) => `  ${each}`),
    '',
    `While the application runs, edit ${documentPath(project)}: the next request has it.`,
  ]
}

function commandsOf({ adapter }: Framework, project: Project, vscode: boolean): readonly string[] {
  return [
    // The schema that the settings name is one of its files.
    ...(vscode && !project.has('appconfig-kit') ? ['npm install --save-dev appconfig-kit'] : []),
    ...(project.has(adapter) ? [] : [`npm install ${adapter}`]),
    testCommand(project),
    `npx appconfig-kit validate ${documentPath(project)} --schema ${SCHEMA}`,
  ]
}

const HELP = `
It writes appconfig/api/dev/default.json, a schema of it, .env.example and a test, and prints the
lines to add to the application, whose source it does not touch. It asks before it overwrites a
file; where nobody can be asked, such a file is exit code 2 and nothing is written.

Exit codes: 0 done, 2 wrong arguments, a file is there already, or it is no project of these.

  npx appconfig-kit init`
