import { startPage } from "../core/page.js";
import { htmlStage } from "./html_stage.js";

startPage(htmlStage);
