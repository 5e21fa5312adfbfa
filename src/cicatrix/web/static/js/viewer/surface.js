// The part of the skin that is in view, in three dimensions: turned, lit, and with heights drawn larger than they are.

import * as THREE from "../../vendor/three/three.module.min.js";
import { OrbitControls } from "../../vendor/three/OrbitControls.js";

const HEAD_BYTES = 32;
const TURN = Math.PI / 12;

// See cicatrix.web.viewer.surface for the format.
export function unpack(buffer) {
  const head = new DataView(buffer, 0, HEAD_BYTES);
  if (head.getUint32(0, true) !== 0x31465343) throw new Error("This is no surface.");
  const [rows, cols] = [head.getUint32(4, true), head.getUint32(8, true)];
  const [x0, y0, x1, y1] = [12, 16, 20, 24].map((at) => head.getFloat32(at, true));
  return { rows, cols, x0, y0, x1, y1, height: new Float32Array(buffer, HEAD_BYTES, rows * cols) };
}

export class Surface {
  constructor(canvas) {
    this.canvas = canvas;
    this.renderer = new THREE.WebGLRenderer({ canvas, antialias: true });
    this.scene = new THREE.Scene();
    this.scene.background = new THREE.Color(0x2b3136);
    this.camera = new THREE.PerspectiveCamera(35, 1, 0.01, 1000);
    this.camera.up.set(0, 0, 1);
    this.controls = new OrbitControls(this.camera, canvas);
    this.controls.maxPolarAngle = (85 / 180) * Math.PI;
    this.controls.enablePan = true;
    this.controls.addEventListener("change", () => this.render());
    this.sun = new THREE.DirectionalLight(0xffffff, 2.6);
    this.scene.add(this.sun, new THREE.AmbientLight(0xffffff, 0.5));
    this.material = new THREE.MeshStandardMaterial({ roughness: 0.75, metalness: 0, side: THREE.DoubleSide });
    this.mesh = null;
    this.exaggeration = 3;
    this.light(135, 35);
  }

  // `picture` is a canvas with the colours of the same part of the skin.
  show(surface, picture) {
    this.#drop();
    this.colour(picture);
    this.mesh = new THREE.Mesh(geometryOf(surface), this.material);
    this.scene.add(this.mesh);
    this.size = Math.max(surface.x1 - surface.x0, surface.y1 - surface.y0);
    this.exaggerate(this.exaggeration);
    this.home();
  }

  colour(picture) {
    this.material.map?.dispose();
    const texture = new THREE.CanvasTexture(picture);
    texture.colorSpace = THREE.SRGBColorSpace;
    texture.anisotropy = this.renderer.capabilities.getMaxAnisotropy();
    this.material.map = texture;
    this.material.needsUpdate = true;
    this.render();
  }

  // Light from `azimuth` degrees counter-clockwise from the right of the picture, `elevation` degrees above the skin.
  light(azimuth, elevation) {
    const [a, e] = [azimuth, elevation].map((degrees) => (degrees / 180) * Math.PI);
    this.sun.position.set(100 * Math.cos(a) * Math.cos(e), 100 * Math.sin(a) * Math.cos(e), 100 * Math.sin(e));
    this.render();
  }

  exaggerate(times) {
    this.exaggeration = times;
    this.mesh?.scale.set(1, 1, times);
    this.render();
  }

  home() {
    this.controls.target.set(0, 0, 0);
    const back = this.size / Math.min(this.camera.aspect, 1);
    this.camera.position.set(0, -1.15 * back, 1.35 * back);
    this.camera.near = this.size / 100;
    this.camera.far = this.size * 20;
    this.controls.update();
    this.render();
  }

  // Turns the skin by steps of 15 degrees: around itself, and towards the eye.
  turn(around, towards) {
    const spot = new THREE.Spherical();
    const offset = this.camera.position.clone().sub(this.controls.target);
    const yUp = new THREE.Vector3(offset.x, offset.z, -offset.y);
    spot.setFromVector3(yUp);
    spot.theta -= around * TURN;
    spot.phi = Math.min(Math.max(spot.phi + towards * TURN, 0.02), this.controls.maxPolarAngle);
    yUp.setFromSpherical(spot);
    this.camera.position.set(yUp.x, -yUp.z, yUp.y).add(this.controls.target);
    this.controls.update();
    this.render();
  }

  closer(factor) {
    const offset = this.camera.position
      .clone()
      .sub(this.controls.target)
      .multiplyScalar(1 / factor);
    this.camera.position.copy(this.controls.target).add(offset);
    this.controls.update();
    this.render();
  }

  resize(width, height) {
    this.renderer.setPixelRatio(Math.min(window.devicePixelRatio, 2));
    this.renderer.setSize(width, height, false);
    this.camera.aspect = width / height;
    this.camera.updateProjectionMatrix();
    this.render();
  }

  render() {
    if (this.mesh) this.renderer.render(this.scene, this.camera);
  }

  #drop() {
    if (!this.mesh) return;
    this.scene.remove(this.mesh);
    this.mesh.geometry.dispose();
  }
}

// The middle of the part lies at the origin: x to the right, y up the picture, z towards the viewer; all in mm.
function geometryOf(surface) {
  const { rows, cols, x0, y0, x1, y1, height } = surface;
  const geometry = new THREE.PlaneGeometry(x1 - x0, y1 - y0, cols - 1, rows - 1);
  const place = geometry.attributes.position;
  let middle = 0;
  for (const value of height) middle += value / height.length;
  for (let at = 0; at < place.count; at += 1) place.setZ(at, height[at] - middle);
  geometry.computeVertexNormals();
  return geometry;
}
