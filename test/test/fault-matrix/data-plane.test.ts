/** Every fault, at every call of the data plane: docs/fault-matrix.md, cell by cell. */
import { describeCells } from '../../src/faults/matrix.ts'

describeCells('StartConfigurationSession')
describeCells('GetLatestConfiguration')
