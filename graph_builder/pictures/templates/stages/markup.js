import { startPage } from "../core/page.js";
import { boardStage } from "./board.js";

startPage(boardStage);
