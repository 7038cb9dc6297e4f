import { testDirection } from './run-direction.ts'

testDirection('back')
