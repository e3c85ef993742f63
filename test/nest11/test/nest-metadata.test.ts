/** What our package reads of Nest's decorators, read with Nest 11. */
import '../../../packages/nestjs/test/nest-metadata.test.ts'
