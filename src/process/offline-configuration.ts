// Reads a configuration that may be for another machine: files, users and programs are looked at here, but every
// interface it names is taken to exist, so neither privileges nor netlink are needed.
import { configEnvironment } from "../host/config-environment.js";
import { type ConfigEnvironment, type Configuration, readConfiguration } from "../config/index.js";

const ETHERNET_MTU = 1500;

export function offlineEnvironment(configId?: string): ConfigEnvironment {
  const surroundings = { links: () => [], addresses: () => [], ...(configId !== undefined && { configId }) };
  return {
    ...configEnvironment(surroundings),
    findInterface: (name) => ({ loopback: name === "lo", mtu: ETHERNET_MTU, addresses: [] }),
  };
}

export const readOffline = (file: string, configId?: string): Configuration =>
  readConfiguration(file, offlineEnvironment(configId));
