/** Every fault, at every call of the control plane: docs/fault-matrix.md, cell by cell. */
import { describeCells } from '../../src/faults/matrix.ts'

describeCells('ListHostedConfigurationVersions')
describeCells('GetHostedConfigurationVersion')
