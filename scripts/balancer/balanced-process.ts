import { freePort } from '@emotibot/db'
import { withFreshPorts } from '../start/with-fresh-ports.ts'
import { type NodeProcessSpec, nodeProcess } from '../supervisor/node-process.ts'
import type { Part, Running } from '../supervisor/part.ts'
import type { Balancer } from './balancer.ts'

/**
 * How to launch one of several processes behind a balancer, each on a port of its own. It gets requests once it is
 * ready; to stop it is to let it finish those it has.
 */
export function balancedProcess(
  balancer: Balancer,
  specOf: (port: number) => NodeProcessSpec,
): Part['launch'] {
  return async (signal) => {
    const { port, running } = await withFreshPorts(async () => {
      const own = await freePort(0)
      return { port: own, running: await nodeProcess(specOf(own))(signal) }
    })
    return behind(balancer, port, running)
  }
}

async function behind(balancer: Balancer, port: number, running: Running): Promise<Running> {
  try {
    const target = await balancer.add(port)
    void running.exited.then(() => balancer.remove(target))
    const stop = async (): Promise<void> => {
      await balancer.drain(target)
      await running.stop()
    }
    return { ...running, stop }
  } catch (error) {
    await running.stop()
    throw error
  }
}
