package sharebuf.importer.drm;

import sharebuf.drm.Display.Mode;
import sharebuf.uapi.DrmModeInfo;

/**
 * A timing for a mode that the display does not list: that of VESA's Coordinated Video Timings 1.1 with reduced blanking, which
 * {@code drm_cvt_mode} computes too. A driver may refuse it.
 */
final class ReducedBlanking {
    private static final int H_FRONT = 48;
    private static final int H_SYNC = 32;
    private static final int H_BLANK = 160;
    private static final int V_FRONT = 3;
    private static final int V_SYNC = 10;
    private static final int V_BACK = 6;
    private static final double V_BLANK_SECONDS = 460e-6;
    private static final int USUAL_REFRESH = 60;
    private static final int MOST = 0xffff - H_BLANK;

    private ReducedBlanking() {
    }

    /** Fills the structure; leaves one that is too large for it empty, which every driver refuses. */
    static void fill(Mode mode, DrmModeInfo info) {
        if (mode.width() > MOST || mode.height() > MOST) {
            return;
        }
        double refresh = mode.refresh() == 0 ? USUAL_REFRESH : mode.refresh();
        double line = Math.max(1e-9, (1 / refresh - V_BLANK_SECONDS) / mode.height());
        int blank = Math.clamp((long) (V_BLANK_SECONDS / line) + 1, V_FRONT + V_SYNC + V_BACK, 0xffff - mode.height());
        int hTotal = mode.width() + H_BLANK;
        int vTotal = mode.height() + blank;
        info.clock((int) Math.min(Integer.MAX_VALUE, Math.round(hTotal * (double) vTotal * refresh / 1000)))
            .hdisplay(mode.width()).hsyncStart(mode.width() + H_FRONT).hsyncEnd(mode.width() + H_FRONT + H_SYNC).htotal(hTotal)
            .vdisplay(mode.height()).vsyncStart(mode.height() + V_FRONT).vsyncEnd(mode.height() + V_FRONT + V_SYNC).vtotal(vTotal)
            .vrefresh(mode.refresh()).name(mode.width() + "x" + mode.height());
    }
}
