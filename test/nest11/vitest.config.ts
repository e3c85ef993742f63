import { mergeConfig } from 'vitest/config'
import shared from '../../vitest.config.ts'

/** The shared tests and our own package, with Nest as it is installed here. */
export default mergeConfig(shared, {
  resolve: { dedupe: ['@nestjs/common', '@nestjs/core', 'rxjs', 'reflect-metadata'] },
})
