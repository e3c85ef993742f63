/** Every fault, at every call of the Agent: docs/fault-matrix.md, cell by cell. */
import { describeCells } from '../../src/faults/matrix.ts'

describeCells('Agent.GetConfiguration')
describeCells('Agent.GetFlags')
