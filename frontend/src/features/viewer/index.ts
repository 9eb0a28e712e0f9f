export { Component } from "./view-page";
