export { checkConfig, readConfigFile, type ServerConfig } from './config.ts'
export { type ServerPorts, type StartedServer, startServer } from './server.ts'
export { mustBeFree } from './store/libsql.ts'
export { createDemoKeys, type DemoKey, type DemoToken, signDemoToken } from './tokens.ts'
