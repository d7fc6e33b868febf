/** GTUBE (Generic Test for Unsolicited Bulk Email), as every filter knows it; in two halves, so that this file can be sent by mail. */
export const gtube = ['XJS*C4JDBQADN1.NSBN3*2IDNEN*', 'GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X'].join('')
