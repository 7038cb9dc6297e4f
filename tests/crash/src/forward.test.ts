import { testDirection } from './run-direction.ts'

testDirection('forward')
