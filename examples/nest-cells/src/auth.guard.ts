/**
 * Who is asking: the tenant, and the cell it lives in, are known from here on, and not before.
 *
 * @module
 */
import type { NestRequest, Tenant } from '@appconfig-kit/nestjs'
import { type CanActivate, type ExecutionContext, UnauthorizedException } from '@nestjs/common'
import type { Cell } from './config.ts'

export interface AuthenticatedRequest extends NestRequest {
  auth?: Tenant
}

const CELL_BY_TENANT: Readonly<Record<string, Cell>> = {
  'tenant-01': 'prod-01',
  'tenant-02': 'prod-02',
  'tenant-03': 'prod-02',
}

export class AuthGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>()
    if (request.url === '/health') return true
    const id = request.headers.authorization?.match(/^Bearer key-of-(tenant-\d\d)$/)?.[1] ?? ''
    const cell = CELL_BY_TENANT[id]
    if (cell === undefined) throw new UnauthorizedException('send Authorization: Bearer key-of-tenant-01')
    request.auth = { id, cell }
    return true
  }
}
