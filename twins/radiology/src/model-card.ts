export const modelCard = '# Radiology twin 0.1'
