// The values of keywords around VRRP, given to the keepalived of this machine: what the table says about them is so.
import { readCases } from "../config/vrrp-values.js";
import { keepalivedOpinion } from "./keepalived-opinion.js";

keepalivedOpinion("keepalived's opinion of every value around VRRP", readCases(), () => undefined);
