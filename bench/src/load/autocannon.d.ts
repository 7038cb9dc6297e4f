declare module 'autocannon' {
  type Options = {
    url: string
    method: string
    headers: Record<string, string>
    body?: string
    connections: number
    duration: number
  }
  type Result = {
    requests: { total: number }
    errors: number
    timeouts: number
    non2xx: number
  }
  export default function autocannon(options: Options): Promise<Result>
}
